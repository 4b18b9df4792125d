import { cpus } from 'node:os'
import { plural } from '../base/plural.ts'
import { GraftError } from '../contract/errors.ts'
import type { ManifestItem } from '../contract/trainer.ts'
import { type CacheSegment, type SegmentFormat, writeSegment } from '../base/cache-segment.ts'
import { mapOrdered } from './map-ordered.ts'

export type PixelItem = Pick<ManifestItem, 'name' | 'path' | 'row' | 'contentHash'>

/** Bytes of the pixels, under the SHA-256 of the contents that they were decoded from. */
export const PIXEL_SEGMENTS: SegmentFormat = {
  magic: 'GRAFTPC1',
  suffix: '.u8',
  keyBytes: 32,
  keyText: 'hex',
  valueBytes: 1,
}

/** Enough that no thread of the pool (hosts/shared/node-launcher.ts) waits for the next picture. */
const IN_FLIGHT = Math.min(36, Math.max(8, cpus().length + 4))
const SEGMENT_BYTES = 64_000_000
const SEGMENT_ROWS = 8192
const PROGRESS_MS = 200

export interface PixelFilling {
  readonly folder: string
  readonly missing: readonly PixelItem[]
  readonly rowBytes: number
  /** Grows. */
  readonly segments: CacheSegment[]
  readonly total: number
  readonly decode: (item: PixelItem) => Promise<Uint8Array>
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
  /** Told of what cannot be read, which is then no error. */
  readonly onUnreadable?: (item: PixelItem, reason: string) => void
}

/** Writes segments as they fill up, the last one also when something fails: what is decoded stays decoded. */
export async function fillPixels(work: PixelFilling): Promise<void> {
  const { missing, rowBytes, onProgress, signal } = work
  const capacity = Math.max(1, Math.min(SEGMENT_ROWS, Math.floor(SEGMENT_BYTES / rowBytes), missing.length))
  const failures: string[] = []
  const fail = (item: PixelItem, reason: string): void => {
    if (work.onUnreadable === undefined) failures.push(`${item.name}: ${reason}`)
    else work.onUnreadable(item, reason)
  }
  let hashes: string[] = []
  let pixels = new Uint8Array(missing.length === 0 ? 0 : capacity * rowBytes)
  let told = -Infinity
  let done = work.total - missing.length
  const flush = async (): Promise<void> => {
    if (hashes.length === 0) return
    const rows = pixels.subarray(0, hashes.length * rowBytes)
    work.segments.push(await writeSegment(work.folder, PIXEL_SEGMENTS, hashes, rows))
    hashes = []
    pixels = new Uint8Array(capacity * rowBytes)
  }
  const decoded = mapOrdered(missing, IN_FLIGHT, async (item) => ({ item, result: await attempt(item, work) }))
  try {
    for await (const { item, result } of decoded) {
      signal?.throwIfAborted()
      if (typeof result === 'string') fail(item, result)
      else {
        pixels.set(result, hashes.length * rowBytes)
        hashes.push(item.contentHash)
        if (hashes.length === capacity) await flush()
      }
      done++
      if (performance.now() - told >= PROGRESS_MS || done === work.total) {
        told = performance.now()
        onProgress?.(done, work.total)
      }
    }
  } finally {
    await flush()
  }
  if (failures.length > 0) throw unreadable(failures, work.total)
}

async function attempt(item: PixelItem, work: PixelFilling): Promise<Uint8Array | string> {
  if (work.signal?.aborted) return 'cancelled'
  try {
    return await work.decode(item)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function unreadable(failures: readonly string[], total: number): GraftError {
  const listed = failures.slice(0, 3).join('; ')
  return new GraftError(
    'E_DATASET_UNUSABLE',
    `Expected to read ${plural(total, 'image')} of the dataset. ${failures.length} cannot be read: ${listed}.`,
    {
      fix: 'Put the files back where they were, or import the folder again (with "copy", files no longer have to stay).',
      details: { failures: failures.slice(0, 100) },
    },
  )
}
