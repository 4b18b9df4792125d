import { shallowRef } from 'vue'

/** Whether events arrive. A lost connection comes back by itself; then everything shown is fetched again. */
export type ConnectionState = 'online' | 'lost'

export const connection = shallowRef<ConnectionState>('online')

const listeners = new Set<() => void>()

/** Calls `listener` when a lost connection is back and events may have been missed. Returns its remover. */
export function onResync(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function setConnection(state: ConnectionState): void {
  const before = connection.value
  connection.value = state
  if (before === 'lost' && state === 'online') for (const listener of [...listeners]) listener()
}
