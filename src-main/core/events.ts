import type { EventName, Events } from '../contract/index.ts'

export interface EventBus {
  emit<N extends EventName>(name: N, payload: Events[N]): void
  /** Answers its own remover. */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void
}

/** A listener that throws is the listener's fault: the others still hear, and `onError` gets it. */
export function createEventBus(onError: (error: unknown) => void): EventBus {
  const listeners = new Set<(name: EventName, payload: unknown) => void>()
  return {
    emit(name, payload) {
      for (const listener of [...listeners]) {
        try {
          listener(name, payload)
        } catch (error) {
          onError(error)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
