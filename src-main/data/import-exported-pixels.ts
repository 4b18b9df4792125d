import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import type { ExportedDataset } from '../contract/exported-dataset.ts'
import { examineImage } from './examine-image.ts'
import type { ImportTarget } from './import-sink.ts'
import { mapOrdered } from './map-ordered.ts'
import { MAX_IMAGE_BYTES } from './image-limits.ts'
import { flatten, openImage } from './open-image.ts'
import { openPackWriter, type PackShape } from './pack.ts'
import { collectPixels, writePixelStatistics } from './pixel-statistics.ts'
import type { ImagePlan, PlannedImage } from './plan-folder.ts'
import { readFileSafely } from './read-file-safely.ts'
import { compareText } from './scan-folder.ts'

const PACK = 'pixels.u8'
const IN_FLIGHT = 8

/** Packs pictures again that were packed when they were exported: an item is its pixels, whatever file they come in. */
export async function importExportedPixels(
  plan: ImagePlan,
  shape: NonNullable<ExportedDataset['pixels']>,
  target: ImportTarget,
): Promise<number> {
  const { sink, signal } = target
  const { labelColumns, split } = plan
  const schema = { kind: 'image' as const, pack: join(target.finalFolder, PACK), labelColumns, featureColumns: [] }
  await sink.schema(split === undefined ? schema : { ...schema, split })
  for (const problem of plan.problems) sink.problem(problem)
  const writer = await openPackWriter(join(target.folder, PACK), shape)
  const statistics = collectPixels(plan.images.length, shape.channels)
  // In the order of the pack that they come from, whatever folders they lie in.
  const images = plan.images.toSorted((a, b) => compareText(basename(a.path), basename(b.path)))
  let done = 0
  let row = 0
  try {
    for await (const { planned, pixels } of mapOrdered(images, IN_FLIGHT, (one) => pixelsOf(one, shape))) {
      signal.throwIfAborted()
      sink.progress(++done, images.length, 'Reading images')
      if (typeof pixels === 'string') {
        sink.problem({ path: planned.path, code: 'unreadable', message: pixels, level: 'error' })
        continue
      }
      await writer.add(pixels)
      if (statistics.wants(row)) statistics.add(pixels)
      await sink.item({ ...itemOf(planned, pixels, shape), name: `image ${row}`, row })
      row++
    }
  } finally {
    await writer.close()
  }
  writePixelStatistics(target.folder, statistics)
  return row
}

function itemOf(planned: PlannedImage, pixels: Uint8Array, { height, width, channels }: PackShape) {
  const contentHash = createHash('sha256').update(pixels).digest('hex')
  const { labels, split } = planned
  return { labels, split, width, height, channels, contentHash, path: null, thumb: null, values: null }
}

/** Why they cannot be had, in words, or the pixels. */
async function pixelsOf(
  planned: PlannedImage,
  shape: PackShape,
): Promise<{ planned: PlannedImage; pixels: Uint8Array | string }> {
  try {
    const bytes = readFileSafely(planned.absolute, MAX_IMAGE_BYTES)
    const { image, ...more } = await examineImage(bytes, planned.path)
    if (image === null) return { planned, pixels: 'fault' in more ? more.fault.message : '' }
    if (image.width !== shape.width || image.height !== shape.height) {
      const pixels = `Expected ${shape.width} x ${shape.height} pixels, as the others have. Received: ${image.width} x ${image.height}.`
      return { planned, pixels }
    }
    const raw = flatten(await openImage(bytes), shape.channels).raw({ depth: 'uchar' })
    return { planned, pixels: await raw.toBuffer() }
  } catch (error) {
    return { planned, pixels: error instanceof Error ? `${error.message}.` : String(error) }
  }
}
