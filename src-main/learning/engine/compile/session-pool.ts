import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Binding } from '../../ops/native.ts'

/** Sessions that wait at most, and what their graphs and variables may take together. */
const MOST_WAITING = 64
const MOST_BYTES = 64 * 2 ** 20

type Loader = Pick<Binding, 'loadSavedModel' | 'deleteSavedModel'>

/** A graph that TensorFlow has loaded. */
export interface LoadedGraph {
  readonly session: number
  readonly key: string
  /** Of the graph and of its variables. */
  readonly bytes: number
}

/**
 * TensorFlow prepares a graph anew for every session, which takes longer than training a small network for an epoch. A strategy that
 * trains many networks alike (generations, tasks, readouts, rounds) needs the same graph again and again: sessions that are no longer
 * used wait here for the next program with the same graph, oldest first out. Whoever takes one writes all of its variables.
 */
export class SessionPool {
  readonly #binding: Loader
  readonly #waiting: LoadedGraph[] = []

  constructor(binding: Loader) {
    this.#binding = binding
  }

  /** `graph`: saved_model.pb. Throws what TensorFlow says of a graph that it does not take. */
  take(graph: Uint8Array, variableBytes: number): LoadedGraph {
    const key = createHash('sha256').update(graph).digest('hex')
    const place = this.#waiting.findIndex((one) => one.key === key)
    if (place !== -1) return this.#waiting.splice(place, 1)[0]!
    const folder = mkdtempSync(join(tmpdir(), 'graft-step-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), graph)
      const session = this.#binding.loadSavedModel(folder, 'serve')
      return { session, key, bytes: graph.byteLength + variableBytes }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  giveBack(graph: LoadedGraph): void {
    if (graph.bytes > MOST_BYTES) return this.#binding.deleteSavedModel(graph.session)
    this.#waiting.push(graph)
    let bytes = this.#waiting.reduce((sum, one) => sum + one.bytes, 0)
    while (this.#waiting.length > MOST_WAITING || bytes > MOST_BYTES) {
      const oldest = this.#waiting.shift()!
      bytes -= oldest.bytes
      this.#binding.deleteSavedModel(oldest.session)
    }
  }
}

const pools = new WeakMap<Loader, SessionPool>()

/** The one pool of a process's TensorFlow. */
export function sessionPool(binding: Loader): SessionPool {
  const known = pools.get(binding) ?? new SessionPool(binding)
  pools.set(binding, known)
  return known
}
