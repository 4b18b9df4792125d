/** Undo and redo over immutable values. Edits that share a key within a short time are one step (typing in a field). */
export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  readonly key: string | null
  readonly at: number
}

const LIMIT = 200
const MERGE_MS = 800

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], key: null, at: 0 }
}

/** Adds a step; equal values change nothing. `key` merges with the step before when it has the same one. */
export function pushHistory<T>(history: History<T>, next: T, now: number, key: string | null = null): History<T> {
  if (JSON.stringify(next) === JSON.stringify(history.present)) return history
  const isMerged = key !== null && key === history.key && now - history.at < MERGE_MS && history.past.length > 0
  const past = isMerged ? history.past : [...history.past, history.present].slice(-LIMIT)
  return { past, present: next, future: [], key, at: now }
}

export function undoHistory<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1)
  if (previous === undefined) return history
  return {
    past: history.past.slice(0, -1),
    present: previous,
    future: [history.present, ...history.future],
    key: null,
    at: 0,
  }
}

export function redoHistory<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future, key: null, at: 0 }
}
