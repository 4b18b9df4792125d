import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { plural } from '../base/plural.ts'
import { GraftError } from '../contract/errors.ts'
import { type IdxHeader, readIdx } from './idx.ts'
import type { ImportTarget } from './import-sink.ts'
import { collectPixels, type PixelCollector, writePixelStatistics } from './pixel-statistics.ts'
import { MAX_PIXELS } from './image-limits.ts'
import { openPackWriter, type PackShape, type PackWriter } from './pack.ts'
import { classNames, LABEL } from './plan-folder.ts'
import type { IdxPair, IdxPlan } from './plan-idx.ts'

const PACK = 'pixels.u8'

interface Progress {
  shape: PackShape | null
  writer: PackWriter | null
  rows: number
  pixels: PixelCollector | null
}

/** Packs the images of IDX pairs into `pixels.u8`, one item per image; returns how many. */
export async function importIdx(plan: IdxPlan, target: ImportTarget): Promise<number> {
  const labels: (Buffer | null)[] = []
  for (const pair of plan.pairs) labels.push(pair.labels === null ? null : await readLabels(pair.labels, target.signal))
  const classes = classNames(labels.flatMap((values) => [...new Set(values)]))
  await target.sink.schema({
    kind: 'image',
    pack: join(target.finalFolder, PACK),
    labelColumns: classes.length === 0 ? [] : [{ name: LABEL, type: 'classification', classes }],
    featureColumns: [],
  })
  for (const problem of plan.problems) target.sink.problem(problem)
  const progress: Progress = { shape: null, writer: null, rows: 0, pixels: null }
  try {
    for (const [i, pair] of plan.pairs.entries()) await importPair(pair, labels[i] ?? null, progress, target)
  } finally {
    await progress.writer?.close()
  }
  writePixelStatistics(target.folder, progress.pixels)
  return progress.rows
}

async function readLabels(path: string, signal: AbortSignal): Promise<Buffer> {
  const pieces: Buffer[] = []
  const check = ({ shape }: IdxHeader): void => {
    if (shape.length !== 1) throw misfit(`Expected one dimension in ${basename(path)}. Received: ${shape.length}`)
  }
  await readIdx(path, signal, check, (piece) => void pieces.push(piece))
  return Buffer.concat(pieces)
}

async function importPair(
  pair: IdxPair,
  labels: Buffer | null,
  progress: Progress,
  target: ImportTarget,
): Promise<void> {
  const start = progress.rows
  let held: Buffer = Buffer.alloc(0)
  let total = 0
  const begin = async ({ shape }: IdxHeader): Promise<void> => {
    total = shape[0] as number
    if (labels !== null && labels.length !== total) {
      throw misfit(
        `Expected as many labels as images. Received: ${plural(total, 'image')}, ${plural(labels.length, 'label')}`,
      )
    }
    const packShape = packShapeOf(shape, pair.images)
    if (progress.shape !== null && !isSame(progress.shape, packShape)) {
      throw misfit('Expected images of one size in all files. Received: different sizes')
    }
    progress.shape = packShape
    progress.writer ??= await openPackWriter(join(target.folder, PACK), packShape)
    progress.pixels ??= collectPixels(total, packShape.channels)
  }
  const take = async (piece: Buffer): Promise<void> => {
    target.signal.throwIfAborted()
    const { shape, writer } = progress
    if (shape === null || writer === null) throw new Error('Expected the header before the data')
    held = held.length === 0 ? piece : Buffer.concat([held, piece])
    const rowBytes = shape.height * shape.width * shape.channels
    const whole = Math.floor(held.length / rowBytes)
    await writer.add(held.subarray(0, whole * rowBytes))
    for (let i = 0; i < whole; i++) {
      const label = labels?.[progress.rows - start]
      await addRow(held.subarray(i * rowBytes, (i + 1) * rowBytes), label, pair, progress, target)
    }
    held = Buffer.from(held.subarray(whole * rowBytes))
    target.sink.progress(progress.rows, start + total, 'Reading images')
  }
  await readIdx(pair.images, target.signal, begin, take)
}

async function addRow(
  pixels: Buffer,
  label: number | undefined,
  pair: IdxPair,
  progress: Progress,
  { sink }: ImportTarget,
): Promise<void> {
  const row = progress.rows++
  const { height, width, channels } = progress.shape as PackShape
  if (progress.pixels?.wants(row) === true) progress.pixels.add(pixels)
  const contentHash = createHash('sha256').update(pixels).digest('hex')
  const name = `image ${row}`
  const labels: Record<string, string> = label === undefined ? {} : { [LABEL]: String(label) }
  const place = { path: null, row, thumb: null, values: null }
  await sink.item({ name, labels, width, height, channels, contentHash, split: pair.split, ...place })
}

function packShapeOf(shape: readonly number[], path: string): PackShape {
  const [, height = 0, width = 0, channels = 1] = shape
  const area = height * width
  if ((channels !== 1 && channels !== 3) || area === 0 || area > MAX_PIXELS) {
    throw misfit(`Expected images x height x width in ${basename(path)}. Received: ${shape.join(' x ')}`)
  }
  return { height, width, channels }
}

function isSame(a: PackShape, b: PackShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels
}

function misfit(message: string): GraftError {
  return new GraftError('E_SOURCE_FORMAT', `${message}.`, {
    fix: 'Check that the files belong together: …-images-idx3-ubyte and …-labels-idx1-ubyte of the same set.',
  })
}
