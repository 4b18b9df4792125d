import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GraftError } from '../contract/errors.ts'
import type { ImportProblem } from '../contract/datasets.ts'
import type { ImportedItem } from '../contract/trainer.ts'
import { type ExaminedImage, examineImage } from './examine-image.ts'
import type { ImportTarget } from './import-sink.ts'
import { mapOrdered } from './map-ordered.ts'
import { MAX_IMAGE_BYTES } from './image-limits.ts'
import type { ImagePlan, PlannedImage } from './plan-folder.ts'
import { collectPixels, samplePixels, writePixelStatistics } from './pixel-statistics.ts'
import { readFileSafely } from './read-file-safely.ts'
import { openThumbWriter } from './thumb-writer.ts'

const IN_FLIGHT = 8

type Fault = Pick<ImportProblem, 'code' | 'message'>
interface Outcome {
  readonly planned: PlannedImage
  readonly item: Omit<ImportedItem, 'thumb'> | null
  readonly thumb: Uint8Array | null
  /** For the statistics of values: RGB; null: not one of those that are looked at. */
  readonly pixels: Uint8Array | null
  readonly faults: readonly (Fault & { level: 'error' | 'warning' })[]
}

/** Decodes every planned image once and reports it in order; returns how many were usable. */
export async function importImages(plan: ImagePlan, target: ImportTarget): Promise<number> {
  const { sink, signal } = target
  const schema = { kind: 'image' as const, pack: null, labelColumns: plan.labelColumns, featureColumns: [] }
  await sink.schema(plan.split === undefined ? { ...schema } : { ...schema, split: plan.split })
  for (const problem of plan.problems) sink.problem(problem)
  const thumbs = await openThumbWriter(join(target.folder, 'thumbs.bin'))
  let done = 0
  let imported = 0
  const pixels = collectPixels(plan.images.length, 3)
  const used = new Map(plan.labelColumns.map(({ name }) => [name, new Set<string>()]))
  const look = ([i, planned]: [number, PlannedImage]) => examine(planned, target, pixels.wants(i))
  try {
    for await (const outcome of mapOrdered(plan.images.entries(), IN_FLIGHT, look)) {
      signal.throwIfAborted()
      if (outcome.pixels !== null) pixels.add(outcome.pixels)
      report(outcome, target)
      if (outcome.item !== null && outcome.thumb !== null) {
        await sink.item({ ...outcome.item, thumb: await thumbs.add(outcome.thumb) })
        imported++
        for (const [name, seen] of used) {
          const label = outcome.item.labels[name]
          if (typeof label === 'string') seen.add(label)
        }
      }
      sink.progress(++done, plan.images.length, 'Reading images')
    }
  } finally {
    await thumbs.close()
  }
  writePixelStatistics(target.folder, pixels)
  if (plan.split === undefined) await dropEmptyClasses(plan, used, target)
  return imported
}

/** A class of which no image can be read is none: the columns are told again without it. */
async function dropEmptyClasses(
  plan: ImagePlan,
  used: ReadonlyMap<string, ReadonlySet<string>>,
  { sink }: ImportTarget,
): Promise<void> {
  let dropped = 0
  const labelColumns = plan.labelColumns.map((column) => {
    // A tag that no item has is one, too: that it is absent is said of each.
    if (column.type === 'tags') return column
    const empty = column.classes.filter((name) => used.get(column.name)?.has(name) !== true)
    for (const path of empty) {
      const message = `None of its images can be read; it gives no class of ${JSON.stringify(column.name)}.`
      sink.problem({ path, code: 'empty-class', message, level: 'warning' })
    }
    dropped += empty.length
    return { ...column, classes: column.classes.filter((name) => !empty.includes(name)) }
  })
  if (dropped > 0) await sink.schema({ kind: 'image', pack: null, labelColumns, featureColumns: [] })
}

async function examine(planned: PlannedImage, target: ImportTarget, wantsPixels: boolean): Promise<Outcome> {
  const none = { planned, item: null, thumb: null, pixels: null }
  if (target.signal.aborted) return { ...none, faults: [] }
  let bytes: Buffer
  try {
    bytes = readFileSafely(planned.absolute, MAX_IMAGE_BYTES)
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    const code = error.details?.problem as Fault['code']
    return { ...none, faults: [{ code, message: `${error.message}.`, level: 'error' }] }
  }
  const result = await examineImage(bytes, planned.path)
  if (result.image === null) return { ...none, faults: [{ ...result.fault, level: 'error' }] }
  const { image } = result
  const path = target.storage === 'copy' ? await copyInto(target, image, bytes) : planned.absolute
  const item = {
    name: planned.path,
    labels: planned.labels,
    width: image.width,
    height: image.height,
    channels: image.channels,
    contentHash: image.contentHash,
    values: null,
    path,
    row: null,
    split: planned.split,
  }
  const warnings = result.warning === null ? [] : [{ ...result.warning, level: 'warning' as const }]
  const pixels = wantsPixels ? await samplePixels(bytes) : null
  return { planned, item, thumb: image.thumb, pixels, faults: warnings }
}

/** Copies are named by their content: equal files share one copy, and no name can lead anywhere else. */
async function copyInto(target: ImportTarget, image: ExaminedImage, bytes: Buffer): Promise<string> {
  const relative = join('files', image.contentHash.slice(0, 2), `${image.contentHash}.${image.type}`)
  await mkdir(join(target.folder, 'files', image.contentHash.slice(0, 2)), { recursive: true })
  await writeFile(join(target.folder, relative), bytes)
  return join(target.finalFolder, relative)
}

function report(outcome: Outcome, { sink }: ImportTarget): void {
  const { path } = outcome.planned
  for (const fault of outcome.faults) sink.problem({ path, ...fault })
  if (outcome.item === null) return
  if (/[\u0000-\u001f\u007f]/.test(path)) {
    const message = 'The name holds control characters (such as a line break); imported as it is.'
    sink.problem({ path, code: 'bad-name', message, level: 'warning' })
  }
}
