import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeIfFree } from '../../../base/disk/remove.ts'
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

  /** `graph`: saved_model.pb in parts. Throws what TensorFlow says of a graph that it does not take. */
  take(graph: readonly Uint8Array[], variableBytes: number): LoadedGraph {
    const key = keyOf(graph)
    const place = this.#waiting.findIndex((one) => one.key === key)
    if (place !== -1) return this.#waiting.splice(place, 1)[0]!
    const folder = mkdtempSync(join(tmpdir(), 'graft-step-'))
    try {
      writeParts(join(folder, 'saved_model.pb'), graph)
      const session = this.#binding.loadSavedModel(folder, 'serve')
      const bytes = graph.reduce((sum, part) => sum + part.byteLength, variableBytes)
      return { session, key, bytes }
    } finally {
      removeIfFree(folder)
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

function keyOf(graph: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of graph) hash.update(part)
  return hash.digest('hex')
}

function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'w')
  try {
    for (const part of parts) writeFileSync(file, part)
  } finally {
    closeSync(file)
  }
}

const pools = new WeakMap<Loader, SessionPool>()

/** The one pool of a process's TensorFlow. */
export function sessionPool(binding: Loader): SessionPool {
  const known = pools.get(binding) ?? new SessionPool(binding)
  pools.set(binding, known)
  return known
}
