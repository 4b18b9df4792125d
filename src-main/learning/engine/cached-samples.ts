import { seededRandom, randomInt } from '../../base/seeded-random.ts'
import type { FeatureCache } from './feature-cache.ts'
import type { Samples, TrainingData } from './training-data.ts'

/** A row's key in the cache: copy 0 is the sample as it is, 1..K are augmented. Packs hold the shape in their hash's place
 *  of origin already; the content hash is of the source, so equal images share a row. */
export function featureKey(data: TrainingData, row: number, copy: number): string {
  const hash = data.hashes[row]!
  return copy === 0 ? hash : `${hash}:${data.copies!.key}:${copy}`
}

/** Which features a run reads: copy 0 of every row, and for training every augmented copy. */
export function neededFeatures(data: TrainingData): { row: number; copy: number }[] {
  const { train, validation, test } = data.rows
  const plain = [...train, ...validation, ...test].map((row) => ({ row, copy: 0 }))
  const copies = Array.from({ length: data.copies?.count ?? 0 }, (_, i) => i + 1)
  return [...plain, ...train.flatMap((row) => copies.map((copy) => ({ row, copy })))]
}

/** Features as samples. In training each epoch draws one of the copies 0..K of a sample, by (seed, epoch, row).
 *  Up to `memoryBytes` all of them are held in memory, else they are read from disk one by one. */
export function cachedSamples(
  data: TrainingData,
  cache: FeatureCache,
  options: { layer: string; shape: readonly number[]; seed: number; memoryBytes: number },
): Samples {
  const length = options.shape.reduce((total, value) => total * value, 1)
  const read = rowReader(data, cache, length, options.memoryBytes)
  const count = data.copies?.count ?? 0
  return {
    shape: options.shape,
    layer: options.layer,
    normalisation: null,
    read: (row, out, offset) => read(row, 0, out.subarray(offset, offset + length)),
    readTraining: (row, epoch, out, offset) => {
      const copy = count === 0 ? 0 : randomInt(seededRandom(options.seed, `copy ${epoch} ${row}`), count + 1)
      read(row, copy, out.subarray(offset, offset + length))
    },
  }
}

type ReadRow = (row: number, copy: number, out: Float32Array) => void

function rowReader(data: TrainingData, cache: FeatureCache, length: number, memoryBytes: number): ReadRow {
  const needed = neededFeatures(data)
  const fromDisk: ReadRow = (row, copy, out) => cache.read(featureKey(data, row, copy), out)
  if (needed.length * length * 4 > memoryBytes) return fromDisk
  const all = new Float32Array(needed.length * length)
  const places = new Map<string, number>()
  for (const [i, { row, copy }] of needed.entries()) {
    fromDisk(row, copy, all.subarray(i * length, (i + 1) * length))
    places.set(`${row}:${copy}`, i)
  }
  return (row, copy, out) => {
    const i = places.get(`${row}:${copy}`)!
    out.set(all.subarray(i * length, (i + 1) * length))
  }
}
