import { realpath, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { GraftError } from '../contract/errors.ts'
import type { PredictJob } from '../contract/trainer.ts'
import { decodeToSize, resizeRaw } from '../data/decode.ts'
import { openPack, type Pack } from '../data/pack.ts'
import { readCsv } from '../data/read-csv.ts'
import { scanFolder } from '../data/scan-folder.ts'
import { scanSeveral } from '../data/scan-several.ts'
import { type Source, sourceName } from '../data/sources.ts'
import { type ImagePreprocessing, normalisationOf } from '../learning/engine/data/image-data.ts'
import { tableLoader } from './open-table-rows.ts'
import { cellReaders, unknownCategories } from './table-cells.ts'
import { tableInputs, type TablePreprocessing, tableWidth } from './table-inputs.ts'

/** One thing to predict; `load` rejects when it cannot be used. */
export interface PredictionInput {
  readonly name: string
  /** What is doubtful about it. */
  readonly warning?: string | null
  load(): Promise<Float32Array>
}

/** Everything a job asks for, in order. Only lists; nothing is decoded yet.
 *  Throws E_PREDICT_INPUT or E_SOURCE_PATH when a source cannot be used at all. */
export async function predictionInputs(job: PredictJob, signal: AbortSignal): Promise<PredictionInput[]> {
  const { preprocessing } = job.model
  if (preprocessing.kind === 'table') return tableInputList(job, preprocessing, signal)
  const pack = job.items?.pack ? openPack(job.items.pack) : null
  const items = (job.items?.items ?? []).map((item) => imageItem(item, pack, preprocessing))
  const lists = await Promise.all(job.sources.map((source) => imageFiles(source, preprocessing, signal)))
  return [...items, ...lists.flat()]
}

type Item = NonNullable<PredictJob['items']>['items'][number]

function imageItem(item: Item, pack: Pack | null, size: ImagePreprocessing): PredictionInput {
  return { name: item.name, load: () => pixelsOf(item, pack, size) }
}

/** One picture of a file or a pack, as the network takes it. */
export function imageInput(
  place: { path: string | null; pack: string | null; row: number | null },
  size: ImagePreprocessing,
): Promise<Float32Array> {
  const pack = place.pack === null ? null : openPack(place.pack)
  return pixelsOf(place, pack, size).finally(() => pack?.close())
}

async function pixelsOf(place: Pick<Item, 'path' | 'row'>, pack: Pack | null, size: ImagePreprocessing) {
  if (place.path !== null) return normalised(await decodeToSize(place.path, size), size)
  if (pack === null || place.row === null) throw new Error('it has no pixels')
  return normalised(resizeRaw(pack.row(place.row), pack.shape, size), size)
}

async function imageFiles(source: Source, size: ImagePreprocessing, signal: AbortSignal): Promise<PredictionInput[]> {
  const load = async (path: string) => normalised(await decodeToSize(path, size), size)
  if (typeof source === 'string') {
    const isFolder = await stat(source).then(
      (facts) => facts.isDirectory(),
      () => null,
    )
    if (isFolder === null) {
      throw new GraftError('E_SOURCE_PATH', `Expected a file or folder. There is none at ${source}.`)
    }
    if (!isFolder) return [{ name: basename(source), load: async () => load(await realpath(source)) }]
  }
  const scan = await (typeof source === 'string' ? scanFolder(source, { signal }) : scanSeveral(source, { signal }))
  const files = scan.files.map((file) => ({ name: file.path, load: () => load(file.absolute) }))
  // A link that leads away, a folder that cannot be read: rows that say why, like every file that cannot be used.
  const refused = scan.problems.map(({ path, message }) => ({
    name: path || sourceName(source),
    load: () => Promise.reject<Float32Array>(new Error(message)),
  }))
  return [...files, ...refused]
}

/** Bytes to network input, x = (value / 255 - mean[c]) / std[c]. */
export function normalised(pixels: Uint8Array, preprocessing: ImagePreprocessing): Float32Array {
  const { scale, shift } = normalisationOf(preprocessing)
  const { channels } = preprocessing
  const values = new Float32Array(pixels.length)
  for (let i = 0; i < values.length; i++) values[i] = pixels[i]! * scale[i % channels]! + shift[i % channels]!
  return values
}

async function tableInputList(
  job: PredictJob,
  preprocessing: TablePreprocessing,
  signal: AbortSignal,
): Promise<PredictionInput[]> {
  const inputs: PredictionInput[] = []
  const width = tableWidth(preprocessing)
  if (job.items !== null) {
    const load = await tableLoader(job.items.pack, job.items.items, preprocessing)
    inputs.push(...job.items.items.map((item, i) => ({ name: item.name, load: async () => load([i]) })))
  }
  const sources = job.sources.flat()
  for (const source of sources) {
    const prefix = sources.length === 1 ? '' : `${basename(source)}, `
    const table = await readCsv(source, { signal })
    const readers = cellReaders(table, preprocessing)
    const write = tableInputs(preprocessing, readers)
    const warningOf = unknownCategories(preprocessing, readers)
    inputs.push(
      ...table.rows.map((_, i) => ({
        ...rowInput(`${prefix}row ${i + 1}`, width, (out) => write(i, out, 0)),
        warning: warningOf(i),
      })),
    )
  }
  return inputs
}

function rowInput(name: string, width: number, write: (out: Float32Array) => void): PredictionInput {
  const load = async () => {
    const out = new Float32Array(width)
    write(out)
    return out
  }
  return { name, load }
}
