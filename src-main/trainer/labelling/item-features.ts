import { join } from 'node:path'
import type { LabelJob, Manifest } from '../../contract/trainer.ts'
import { evictCacheEntries } from '../../base/cache-entries.ts'
import { preparePixels } from '../../data/pixel-cache.ts'
import { imageData, type ImagePreprocessing } from '../../learning/engine/data/image-data.ts'
import { computeFeatures } from '../../learning/engine/features/compute-features.ts'
import type { FeatureCache } from '../../learning/engine/features/feature-cache.ts'
import { openFeatureCache } from '../../learning/engine/features/feature-cache.ts'
import { alignedFloats } from '../../learning/labelling/features/aligned-floats.ts'
import { pooled } from '../../learning/engine/features/pooled.ts'
import type { JobContext } from '../job-context.ts'
import { PLAIN } from './plain-augment.ts'
import type { Prefix } from './prefix.ts'

/** How many items are decoded, computed and written together: as many as take a few seconds, which is what a kill costs. */
const CHUNK = { first: 64, most: 2048, least: 32 } as const
const CHUNK_MS = { least: 2000, most: 5000 } as const
/** Rows that are read from the cache in one go. */
const BLOCK = 2048
const PROGRESS_MS = 250

export interface ItemFeatures {
  /** (items, D), one after the other. Zeros where the picture cannot be read. */
  readonly values: Float32Array
  readonly columns: number
  readonly hits: number
  readonly unreadable: { row: number; reason: string }[]
}

/** Features of every item of the manifest, pooled over places, from the cache that trainings use; what it lacks is computed and put there.
 *  null: the parent wants no more of it; what was computed is kept. */
export async function itemFeatures(
  job: LabelJob & { readonly preprocessing: ImagePreprocessing },
  { items, pack }: Manifest,
  prefix: Prefix,
  context: JobContext,
): Promise<ItemFeatures | null> {
  const cache = openFeatureCache(join(job.cacheFolder, 'features', prefix.key), prefix.length, prefix.title)
  try {
    const missing = [...items.keys()].filter((row) => !cache.has(items[row]!.contentHash))
    const distinct = [...new Map(missing.map((row) => [items[row]!.contentHash, row])).values()]
    const reasons = new Map<string, string>()
    const tell = teller(context, items.length - distinct.length, items.length)
    let size: number = CHUNK.first
    for (let at = 0; at < distinct.length;) {
      const started = performance.now()
      const from = at
      const chunk = distinct.slice(from, from + size).map((row) => items[row]!)
      const work = { job, pack, chunk, cache, prefix, context, reasons }
      if (!(await computeChunk(work, (done) => tell(from + done)))) return null
      at += chunk.length
      size = nextSize(size, performance.now() - started)
    }
    evictCacheEntries(job.cacheFolder, job.cacheLimitBytes)
    const unreadable = missing.flatMap((row) => {
      const reason = reasons.get(items[row]!.contentHash)
      return reason === undefined ? [] : [{ row, reason }]
    })
    const hashes = items.map(({ contentHash }) => contentHash)
    return { ...readAll(cache, prefix, hashes), hits: items.length - missing.length, unreadable }
  } finally {
    cache.close()
  }
}

function nextSize(size: number, milliseconds: number): number {
  if (milliseconds < CHUNK_MS.least) return Math.min(2 * size, CHUNK.most)
  return milliseconds > CHUNK_MS.most ? Math.max(size / 2, CHUNK.least) : size
}

interface Chunk {
  readonly job: LabelJob & { readonly preprocessing: ImagePreprocessing }
  readonly pack: string | null
  readonly chunk: Manifest['items']
  readonly cache: FeatureCache
  readonly prefix: Prefix
  readonly context: JobContext
  /** By content hash; grows. */
  readonly reasons: Map<string, string>
}

/** Decodes some items, computes their features and writes them; false: interrupted. */
async function computeChunk(work: Chunk, onDone: (done: number) => void): Promise<boolean> {
  const { job, pack, chunk, cache, prefix, reasons } = work
  const { signal, control } = work.context
  const size = job.preprocessing
  const isInterrupted = (): boolean => signal.aborted || control.requested !== null
  if (isInterrupted()) return false
  const source = await preparePixels(
    { items: chunk, pack, size, cacheFolder: job.cacheFolder },
    { signal, onUnreadable: (item, reason) => void reasons.set(item.contentHash, reason) },
  )
  const hashes = chunk.map(({ contentHash }) => contentHash)
  const load = (rows: readonly number[]) => source.load(rows)
  const data = imageData({ preprocessing: size, augment: PLAIN, seed: 0, hashes, load })
  const missing = hashes.flatMap((key, row) => (reasons.has(key) ? [] : [{ row, copy: 0, key }]))
  try {
    return await computeFeatures(
      data,
      { cache, prefix: prefix.inference(), missing },
      { isInterrupted, onBatch: onDone },
    )
  } finally {
    await cache.flush()
    source.close()
  }
}

function readAll(cache: FeatureCache, prefix: Prefix, hashes: readonly string[]) {
  const columns = prefix.shape.at(-1)!
  const values = alignedFloats(prefix.tf, hashes.length * columns)
  for (let from = 0; from < hashes.length; from += BLOCK) {
    const rows = hashes.slice(from, from + BLOCK).flatMap((key, i) => (cache.has(key) ? [{ key, row: from + i }] : []))
    const block = new Float32Array(rows.length * prefix.length)
    cache.readRows(
      rows.map(({ key }) => key),
      block,
    )
    const vectors = pooled(block, rows.length, prefix.shape).values
    rows.forEach(({ row }, i) => values.set(vectors.subarray(i * columns, (i + 1) * columns), row * columns))
  }
  return { values, columns }
}

/** Says how many images have features, a few times a second. */
function teller({ send }: JobContext, before: number, total: number): (done: number) => void {
  let toldAt = -Infinity
  return (done) => {
    if (performance.now() - toldAt < PROGRESS_MS && before + done < total) return
    toldAt = performance.now()
    void send({ type: 'progress', done: before + done, total, message: 'Computing features' })
  }
}
