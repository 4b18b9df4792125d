import { setImmediate } from 'node:timers/promises'
import type { TrainingData } from '../data/training-data.ts'
import type { Inference } from '../model/inference.ts'
import type { FeatureCache } from './feature-cache.ts'

/** Samples that go through the prefix together. Another number would be another graph, whose sums may round otherwise. */
const BATCH = 32

/** A feature that the cache lacks: of a row as it is (copy 0), or of an augmented copy of it. */
export interface MissingFeature {
  readonly row: number
  readonly copy: number
  readonly key: string
}

export interface FeatureWork {
  readonly cache: FeatureCache
  readonly prefix: Inference
  /** Each once; plain samples before augmented ones. */
  readonly missing: readonly MissingFeature[]
}

export interface FeatureWatch {
  readonly isInterrupted: () => boolean
  /** After each batch, with how many are done. */
  readonly onBatch: (done: number) => void
}

/** Puts missing features into the cache, the next batch being read while one is computed; false when interrupted (what is done is
 *  kept). Call the cache's `flush` afterwards, whatever happens. */
export async function computeFeatures(
  data: Pick<TrainingData, 'samples' | 'copies'>,
  { cache, prefix, missing }: FeatureWork,
  watch: FeatureWatch,
): Promise<boolean> {
  const batches = batchesOf(missing)
  const load = (batch: readonly MissingFeature[]) =>
    data.samples.load(
      filledUp(batch).map(({ row }) => row),
      null,
    )
  let ahead = batches[0] === undefined ? null : load(batches[0])
  let done = 0
  for (const [i, batch] of batches.entries()) {
    if (watch.isInterrupted()) return false
    const values = await ahead!
    if (i + 1 < batches.length) ahead = load(batches[i + 1]!)
    const rows = runBatch(data, prefix, batch, values)
    await cache.addRows(
      batch.map(({ key }) => key),
      rows,
    )
    done += batch.length
    watch.onBatch(done)
    await setImmediate()
  }
  return true
}

/** Batches of either plain or augmented samples. */
function batchesOf(missing: readonly MissingFeature[]): MissingFeature[][] {
  const batches: MissingFeature[][] = []
  for (const kind of [missing.filter(({ copy }) => copy === 0), missing.filter(({ copy }) => copy > 0)]) {
    for (let at = 0; at < kind.length; at += BATCH) batches.push(kind.slice(at, at + BATCH))
  }
  return batches
}

/** Every batch has the one shape that is compiled. */
function filledUp(batch: readonly MissingFeature[]): readonly MissingFeature[] {
  return [...batch, ...new Array<MissingFeature>(BATCH - batch.length).fill(batch[0]!)]
}

/** Features of a batch, (rows * F) numbers without those that filled it up. */
function runBatch(
  data: Pick<TrainingData, 'copies'>,
  prefix: Inference,
  batch: readonly MissingFeature[],
  values: Uint8Array | Float32Array,
) {
  const all = filledUp(batch)
  const isAugmented = batch[0]!.copy > 0
  const rows = all.map(({ row }) => row)
  const features = isAugmented
    ? prefix.run(values, { changes: data.copies!.changes, rows, times: all.map(({ copy }) => copy) })[0]!
    : prefix.run(values)[0]!
  return features.subarray(0, (features.length / BATCH) * batch.length)
}
