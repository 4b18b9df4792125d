import { seededRandom, randomInt } from '../../../base/seeded-random.ts'
import type { FeatureCache } from './feature-cache.ts'
import type { HeldRows, Samples, TrainingData } from '../data/training-data.ts'

/** A row's key in the cache: copy 0 is the sample as it is, 1..K are augmented. Packs hold the shape in their hash's place
 *  of origin already; the content hash is of the source, so equal images share a row. */
export function featureKey(data: TrainingData, row: number, copy: number): string {
  const hash = data.hashes[row]!
  return copy === 0 ? hash : `${hash}:${data.copies!.key}:${copy}`
}

/** Which features a phase reads: copy 0 of every row, and of the rows that it trains (absent: the train split's) every
 *  augmented copy. */
export function neededFeatures(data: TrainingData, trained?: readonly number[]): { row: number; copy: number }[] {
  const { train, validation, test } = data.rows
  const rows = [...new Set([...train, ...(trained ?? []), ...validation, ...test])]
  const copies = Array.from({ length: data.copies?.count ?? 0 }, (_, i) => i + 1)
  const learning = trained ?? train
  return [...rows.map((row) => ({ row, copy: 0 })), ...learning.flatMap((row) => copies.map((copy) => ({ row, copy })))]
}

export interface CachedSamplesOptions {
  readonly layer: string
  /** Of one feature, without the batch axis. */
  readonly shape: readonly number[]
  readonly seed: number
  readonly memoryBytes: number
  /** What the phase reads (`neededFeatures`). */
  readonly needed: readonly { readonly row: number; readonly copy: number }[]
}

/** Features as samples. In training each epoch draws one of the copies 0..K of a sample, by (seed, epoch, row).
 *  Up to `memoryBytes` all of them are held in memory, else they are read from disk batch by batch. */
export function cachedSamples(data: TrainingData, cache: FeatureCache, options: CachedSamplesOptions): Samples {
  const { layer, shape, memoryBytes, needed } = options
  const length = shape.reduce((total, value) => total * value, 1)
  const facts = { shape, layer, storage: 'float32', normalisation: null, changes: null } as const
  const count = data.copies?.count ?? 0
  const copyOf = copyChooser(count, options.seed)
  if (needed.length * length * 4 > memoryBytes) {
    const keysOf = (rows: readonly number[], epoch: number | null) =>
      rows.map((row) => featureKey(data, row, epoch === null ? 0 : copyOf(row, epoch)))
    const loadCopy = (rows: readonly number[], copy: number) =>
      cache.load(rows.map((row) => featureKey(data, row, copy)))
    return {
      ...facts,
      load: (rows, epoch) => cache.load(keysOf(rows, epoch)),
      held: null,
      copies: { count, load: loadCopy },
    }
  }
  const held = holdAll(data, cache, needed, length)
  const pick = (rows: readonly number[], copy: (row: number) => number): Float32Array => {
    const values = new Float32Array(rows.length * length)
    rows.forEach((row, i) => {
      const place = held.place(row, copy(row))
      values.set(held.values.subarray(place * length, (place + 1) * length), i * length)
    })
    return values
  }
  const load = (rows: readonly number[], epoch: number | null): Float32Array =>
    pick(rows, (row) => (epoch === null ? 0 : copyOf(row, epoch)))
  const copies = { count, load: (rows: readonly number[], copy: number) => pick(rows, () => copy) }
  const rows: HeldRows = { ...held, place: (row, epoch) => held.place(row, copyOf(row, epoch)) }
  // Only vectors are small enough to be picked by the step itself.
  return { ...facts, load, held: shape.length === 1 ? rows : null, copies }
}

function copyChooser(count: number, seed: number): (row: number, epoch: number) => number {
  if (count === 0) return () => 0
  return (row, epoch) => randomInt(seededRandom(seed, `copy ${epoch} ${row}`), count + 1)
}

function holdAll(
  data: TrainingData,
  cache: FeatureCache,
  needed: readonly { row: number; copy: number }[],
  length: number,
) {
  const values = new Float32Array(needed.length * length)
  const keys = needed.map(({ row, copy }) => featureKey(data, row, copy))
  cache.readRows(keys, values)
  const places = new Map(needed.map(({ row, copy }, i) => [`${row}:${copy}`, i]))
  const place = (row: number, copy: number) => places.get(`${row}:${copy}`)!
  return { values, count: needed.length, place, rows: needed.map(({ row }) => row) }
}
