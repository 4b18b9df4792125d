import { createHash } from 'node:crypto'
import type { Network } from '../../../contract/network.ts'
import { useCacheEntry } from '../../../base/cache-entries.ts'
import {
  type CacheSegment,
  openSegments,
  removePartialSegments,
  type SegmentFormat,
  writeSegment,
} from '../../../base/cache-segment.ts'
import { readRows, readRowsNow, type RowPlace } from '../../../base/file-rows.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import type { WeightValues } from '../../weights/weight-values.ts'

const SEGMENT_BYTES = 64 * 2 ** 20

/** Features in float32, under the first 16 bytes of the SHA-256 of their key. */
const FEATURE_SEGMENTS: SegmentFormat = {
  magic: 'GRAFTFC2',
  suffix: '.f32',
  keyBytes: 16,
  keyText: 'latin1',
  valueBytes: 4,
}

/** Features on disk, `cache/features/<key>/`, shared by every run with the same frozen prefix, cut and preprocessing. */
export interface FeatureCache {
  has(key: string): boolean
  /** Reads rows one after the other into `out`; the keys must be there, and written. */
  readRows(keys: readonly string[], out: Float32Array): void
  /** The same, read on the system's threads. */
  load(keys: readonly string[]): Promise<Float32Array>
  /** Keeps some rows (copied); written with others once enough are waiting, or by `flush`. */
  addRows(keys: readonly string[], rows: Float32Array): Promise<void>
  flush(): Promise<void>
  /** Bytes of all rows that are there. */
  readonly bytes: number
  close(): void
}

/** A key as a segment holds it: one character a byte. */
function keyDigest(key: string): string {
  return createHash('sha256').update(key).digest().toString('latin1', 0, FEATURE_SEGMENTS.keyBytes)
}

/** The cache's folder name: everything that a feature depends on beside the sample itself. `program`: hash of what computes it, where that depends on more
 *  than the network (int8's ranges). */
export function prefixKey(
  network: Network,
  weights: WeightValues,
  cut: string,
  options: { preprocessingKey: string; precision: string; program?: string },
): string {
  const { layers } = networkUpTo(network, cut)
  const hash = createHash('sha256')
  hash.update(JSON.stringify({ format: 3, cut, ...options }))
  for (const { name, type, config, inputs } of layers) {
    hash.update(JSON.stringify({ name, type, config, inputs }))
  }
  const names = new Set(layers.map(({ name }) => name))
  for (const [name, { values }] of weights) {
    if (!names.has(name.slice(0, name.lastIndexOf('/')))) continue
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex').slice(0, 32)
}

/** The key of features in float32 or bfloat16, by TensorFlow (`kernels` null) or by Graft's own kernels (`floatPart`). */
export function floatKey(
  { network, weights, layer }: { network: Network; weights: WeightValues; layer: string },
  keyed: { preprocessingKey: string; precision: string },
  kernels: string | null,
): string {
  return prefixKey(network, weights, layer, kernels === null ? keyed : { ...keyed, program: kernels })
}

/** Opens `folder` (made when missing) for rows of `rowLength` float32 numbers. While it is open nobody evicts it. `title` says in
 *  words what it holds. */
export function openFeatureCache(folder: string, rowLength: number, title: string): FeatureCache {
  const use = useCacheEntry(folder, title)
  removePartialSegments(folder)
  const places = new Map<string, RowPlace>()
  const segments: CacheSegment[] = []
  const adopt = (segment: CacheSegment) => {
    segments.push(segment)
    segment.keys.forEach((digest, index) => places.set(digest, segment.place(index)))
  }
  openSegments(folder, FEATURE_SEGMENTS, rowLength).forEach(adopt)
  let waiting = new Map<string, Float32Array>()
  const flush = async () => {
    if (waiting.size === 0) return
    const rows = new Float32Array(waiting.size * rowLength)
    let at = 0
    for (const row of waiting.values()) {
      rows.set(row, at)
      at += rowLength
    }
    adopt(await writeSegment(folder, FEATURE_SEGMENTS, [...waiting.keys()], new Uint8Array(rows.buffer)))
    waiting = new Map()
  }
  const placeOf = (key: string): RowPlace => {
    const place = places.get(keyDigest(key))
    if (place === undefined) throw new Error(`No cached features for ${key}`)
    return place
  }
  return {
    has: (key) => places.has(keyDigest(key)) || waiting.has(keyDigest(key)),
    readRows(keys, out) {
      readRowsNow(keys.map(placeOf), rowLength * 4, new Uint8Array(out.buffer, out.byteOffset, out.byteLength))
    },
    async load(keys) {
      return new Float32Array((await readRows(keys.map(placeOf), rowLength * 4)).buffer)
    },
    async addRows(keys, rows) {
      keys.forEach((key, i) => waiting.set(keyDigest(key), rows.slice(i * rowLength, (i + 1) * rowLength)))
      if (waiting.size * rowLength * 4 >= SEGMENT_BYTES) await flush()
    },
    flush,
    get bytes() {
      return places.size * rowLength * 4
    },
    close() {
      segments.forEach((segment) => segment.close())
      use.release()
    },
  }
}
