import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { useCacheEntry } from '../base/cache-entries.ts'
import { type CacheSegment, openSegments, removePartialSegments } from '../base/cache-segment.ts'
import { GraftError } from '../contract/errors.ts'
import { fastDecoding } from './decode-apart.ts'
import { DECODER_VERSION, decodeToSize, resizeRaw } from './decode.ts'
import type { PixelSize } from './pixel-size.ts'
import { explainWriteError } from './disk-error.ts'
import { readRows, readRowsNow, type RowPlace } from '../base/file-rows.ts'
import { fillPixels, PIXEL_SEGMENTS, type PixelFilling, type PixelItem } from './fill-pixels.ts'
import { MAX_IMAGE_BYTES } from './image-limits.ts'
import { openPack, type Pack } from './pack.ts'
import { readFileSafely } from './read-file-safely.ts'

/** Pixels of every item at the training size, as bytes 0..255. */
export interface PixelSource {
  readonly rows: number
  /** height * width * channels of the asked size. */
  readonly rowBytes: number
  /** How many items were there already, and how many had to be decoded. */
  readonly hits: number
  readonly misses: number
  /** Pixels of some items (by place in the order given), one after the other; a promise while they come from disk. */
  load(indices: readonly number[]): Uint8Array | Promise<Uint8Array>
  close(): void
}

export interface PreparePixels {
  readonly items: readonly PixelItem[]
  /** The dataset's pack, where items are rows. */
  readonly pack: string | null
  /** A contract Preprocessing of kind `image` fits. */
  readonly size: PixelSize
  /** Absolute `cache/` of the workspace. */
  readonly cacheFolder: string
  /** Up to this size all pixels are held in memory; default 0: every batch is read from disk. */
  readonly memoryBytes?: number
}

/** Decodes what is not yet in `cache/pixels/` at this size, and opens all of it. A second run, or one that was killed half
 *  way, only reads. Packs of the very size are read in place.
 *  @throws GraftError E_DATASET_UNUSABLE when files are gone or have changed since the import, unless `onUnreadable` is there to be
 *  told: their items then have no pixels, and asking for them throws */
export async function preparePixels(
  request: PreparePixels,
  options: Pick<PixelFilling, 'signal' | 'onProgress' | 'onUnreadable'> = {},
): Promise<PixelSource> {
  const { items, size } = request
  const pack = request.pack === null ? null : openPack(request.pack)
  const rowBytes = size.height * size.width * size.channels
  const memoryBytes = request.memoryBytes ?? 0
  if (pack !== null && isSameShape(pack, size)) {
    return pixelSource({ places: packPlaces(pack, items), rowBytes, misses: 0, memoryBytes, close: () => pack.close() })
  }
  const folder = join(request.cacheFolder, 'pixels', cacheKey(size, pack))
  const use = useCacheEntry(folder, cacheTitle(size))
  removePartialSegments(folder)
  const segments = openSegments(folder, PIXEL_SEGMENTS, rowBytes)
  try {
    const known = new Set(segments.flatMap((segment) => segment.keys))
    const missing = distinct(items.filter((item) => !known.has(item.contentHash)))
    const decode = (item: PixelItem): Promise<Uint8Array> => decodeItem(item, pack, size)
    await fillPixels({ folder, missing, rowBytes, segments, decode, total: items.length, ...options })
    const close = () => {
      segments.forEach((segment) => segment.close())
      use.release()
    }
    return pixelSource({ places: segmentPlaces(segments, items), rowBytes, misses: missing.length, memoryBytes, close })
  } catch (error) {
    for (const segment of segments) segment.close()
    use.release()
    throw explainWriteError(error, folder)
  } finally {
    pack?.close()
  }
}

function isSameShape(pack: Pack, size: PixelSize): boolean {
  const { height, width, channels } = pack.shape
  return height === size.height && width === size.width && channels === size.channels
}

/** Equal contents of different shapes have equal hashes in packs, so the shape is part of the name. */
function cacheKey(size: PixelSize, pack: Pack | null): string {
  const from = pack === null ? 'file' : `${pack.shape.height}x${pack.shape.width}x${pack.shape.channels}`
  // Rows of a pack are pixels already.
  const decoding = size.decoding === 'fast' && pack === null ? `-${fastDecoding()}` : ''
  return `${size.height}x${size.width}x${size.channels}-${size.resize}-${from}${decoding}-v${DECODER_VERSION}`
}

function cacheTitle({ width, height, channels, resize, decoding }: PixelSize): string {
  const way = `${resize === 'cover' ? 'cropped' : 'stretched'}${decoding === 'fast' ? ', shrunk while decoding' : ''}`
  return `${width} x ${height} pixels, ${channels === 1 ? 'grey' : 'colour'}, ${way}`
}

function distinct(items: readonly PixelItem[]): PixelItem[] {
  return [...new Map(items.map((item) => [item.contentHash, item])).values()]
}

async function decodeItem(item: PixelItem, pack: Pack | null, size: PixelSize): Promise<Uint8Array> {
  if (item.path === null) {
    if (pack === null || item.row === null) throw new Error('Expected a file or a row of the pack. Received: neither')
    return resizeRaw(pack.row(item.row), pack.shape, size)
  }
  const bytes = readFileSafely(item.path, MAX_IMAGE_BYTES)
  if (createHash('sha256').update(bytes).digest('hex') !== item.contentHash) {
    throw new GraftError('E_DATASET_UNUSABLE', 'The file has changed since it was imported')
  }
  return decodeToSize(bytes, size)
}

function packPlaces(pack: Pack, items: readonly PixelItem[]): RowPlace[] {
  return items.map((item) => pack.place(item.row ?? -1))
}

function segmentPlaces(segments: readonly CacheSegment[], items: readonly PixelItem[]): (RowPlace | undefined)[] {
  const places = new Map(segments.flatMap((segment) => segment.keys.map((hash, row) => [hash, segment.place(row)])))
  return items.map((item) => places.get(item.contentHash))
}

interface Opened {
  /** Undefined: it could not be read. */
  readonly places: readonly (RowPlace | undefined)[]
  readonly rowBytes: number
  readonly misses: number
  readonly memoryBytes: number
  readonly close: () => void
}

function pixelSource({ places, rowBytes, misses, memoryBytes, close }: Opened): PixelSource {
  const facts = { rows: places.length, rowBytes, hits: places.length - misses, misses, close }
  const placeOf = (index: number): RowPlace => {
    const place = places[index]
    if (place !== undefined) return place
    if (index in places) throw new RangeError(`Expected an item that can be read. Received: ${index}, which cannot`)
    throw new RangeError(`Expected an item from 0 to ${places.length - 1}. Received: ${index}`)
  }
  if (places.length * rowBytes > memoryBytes || !places.every((place): place is RowPlace => place !== undefined)) {
    return { ...facts, load: (indices) => readRows(indices.map(placeOf), rowBytes) }
  }
  const held = new Uint8Array(places.length * rowBytes)
  readRowsNow(places, rowBytes, held)
  const load = (indices: readonly number[]): Uint8Array => {
    const rows = new Uint8Array(indices.length * rowBytes)
    indices.forEach((index, i) => {
      placeOf(index)
      rows.set(held.subarray(index * rowBytes, (index + 1) * rowBytes), i * rowBytes)
    })
    return rows
  }
  return { ...facts, load }
}
