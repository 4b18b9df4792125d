import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readRows, readRowsNow, type RowPlace } from '../../base/file-rows.ts'
import type { Network } from '../../contract/network.ts'
import { type FeatureSegment, openSegments, removeLeftovers, writeSegment } from './feature-segment.ts'
import type { Model } from './model.ts'

const SEGMENT_BYTES = 64 * 2 ** 20

/** Features on disk, `cache/features/<key>/`, shared by every run with the same frozen prefix, cut and preprocessing. */
export interface FeatureCache {
  has(key: string): boolean
  /** Reads rows one after the other into `out`; the keys must be there, and written. */
  readRows(keys: readonly string[], out: Float32Array): void
  /** The same, read on the system's threads. */
  load(keys: readonly string[]): Promise<Float32Array>
  /** Keeps some rows (copied); written with others once enough are waiting, or by `flush`. */
  addRows(keys: readonly string[], rows: Float32Array): void
  flush(): void
  /** Bytes of all rows that are there. */
  readonly bytes: number
  close(): void
}

/** The cache's folder name: everything that a feature depends on beside the sample itself. */
export function prefixKey(model: Model, cut: string, preprocessingKey: string, precision: string): string {
  const layers = prefixLayers(model.network, cut)
  const hash = createHash('sha256')
  hash.update(JSON.stringify({ format: 2, cut, preprocessingKey, precision }))
  for (const { name, type, config, inputs } of layers) {
    hash.update(JSON.stringify({ name, type, config, inputs }))
  }
  const names = new Set(layers.map(({ name }) => name))
  for (const [name, variable] of model.weights) {
    if (!names.has(name.slice(0, name.lastIndexOf('/')))) continue
    const values = variable.dataSync<'float32'>()
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex').slice(0, 32)
}

function prefixLayers(network: Network, cut: string) {
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]))
  const needed = new Set<string>()
  const visit = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    byName.get(name)!.inputs.forEach(visit)
  }
  visit(cut)
  return network.layers.filter(({ name }) => needed.has(name))
}

/** Opens `folder` (made when missing) for rows of `rowLength` float32 numbers. */
export function openFeatureCache(folder: string, rowLength: number): FeatureCache {
  mkdirSync(folder, { recursive: true })
  removeLeftovers(folder)
  const places = new Map<string, { segment: FeatureSegment; index: number }>()
  const segments: FeatureSegment[] = []
  const adopt = (segment: FeatureSegment) => {
    segments.push(segment)
    segment.keys.forEach((key, index) => places.set(key, { segment, index }))
  }
  openSegments(folder, rowLength).forEach(adopt)
  let waiting = new Map<string, Float32Array>()
  const flush = () => {
    if (waiting.size === 0) return
    const rows = new Float32Array(waiting.size * rowLength)
    let at = 0
    for (const row of waiting.values()) {
      rows.set(row, at)
      at += rowLength
    }
    adopt(writeSegment(folder, [...waiting.keys()], rows))
    waiting = new Map()
  }
  const placeOf = (key: string): RowPlace => {
    const place = places.get(key)
    if (place === undefined) throw new Error(`No cached features for ${key}`)
    return place.segment.place(place.index)
  }
  return {
    has: (key) => places.has(key) || waiting.has(key),
    readRows(keys, out) {
      readRowsNow(keys.map(placeOf), rowLength * 4, new Uint8Array(out.buffer, out.byteOffset, out.byteLength))
    },
    async load(keys) {
      return new Float32Array((await readRows(keys.map(placeOf), rowLength * 4)).buffer)
    },
    addRows(keys, rows) {
      keys.forEach((key, i) => waiting.set(key, rows.slice(i * rowLength, (i + 1) * rowLength)))
      if (waiting.size * rowLength * 4 >= SEGMENT_BYTES) flush()
    },
    flush,
    get bytes() {
      return places.size * rowLength * 4
    },
    close: () => segments.forEach((segment) => segment.close()),
  }
}
