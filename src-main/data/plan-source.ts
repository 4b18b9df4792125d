import { basename, dirname } from 'node:path'
import { plural } from '../base/plural.ts'
import type { ImportProblem, Reading } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { examineImage } from './examine-image.ts'
import { READABLE_TYPES, REFUSED_TYPES, typeOfBytes, typeOfName } from './image-type.ts'
import { MAX_IMAGE_BYTES } from './image-limits.ts'
import type { ExportedPlan } from './exported-plan.ts'
import { findExported, planExported } from './plan-exported.ts'
import { type ImagePlan, planFolder } from './plan-folder.ts'
import { idxFolder, type IdxPlan, planIdx, planIdxFile } from './plan-idx.ts'
import { findPathColumn, type LabelFile } from './plan-labels.ts'
import { readCsv } from './read-csv.ts'
import { readFileSafely, readHead } from './read-file-safely.ts'
import { readLabels } from './read-labels.ts'
import { type FoundFile, type Scan, scanFolder, type ScanLimits } from './scan-folder.ts'
import { scanSeveral, statSource } from './scan-several.ts'
import { type Source, sourcePaths, sourceRoot } from './sources.ts'

/** `table` with the file that holds it; `images` with the label file beside them, if there is one. */
export type SourcePlan = (ImagePlan & { readonly labels: LabelFile | null }) | IdxPlan | TableSource | ExportedPlan

export interface TableSource {
  readonly kind: 'table'
  readonly path: string
  /** What lies beside it and is not used. */
  readonly problems: readonly ImportProblem[]
}

interface PlanLimits extends ScanLimits {
  readonly reading?: Reading | undefined
}

const TABLE_NAME = /\.(csv|tsv|tab)$/i
const LABELS_NAME = /\.(csv|tsv|tab|json)$/i
/** Rows that tell whether a table names files. */
const ROWS_TO_TELL = 200

/** Finds out what a file or folder is, or several that are taken as one folder, without decoding anything.
 *  @throws GraftError E_SOURCE_PATH, E_SOURCE_EMPTY, E_SOURCE_FORMAT */
export async function planSource(source: Source, limits: PlanLimits = {}): Promise<SourcePlan> {
  const [first = '', ...others] = sourcePaths(source)
  if (others.length > 0) return planSeveral([first, ...others], limits)
  const stats = await statSource(first)
  const exported = findExported(first, stats.isDirectory())
  if (exported !== null) return planExported(exported, limits)
  const idx = stats.isDirectory() ? planIdx(idxFolder(first)) : planIdxFile(first)
  if (idx !== null) return idx
  if (!stats.isDirectory()) return planFile(first, limits)
  return planScan(first, await scanFolder(first, limits), limits)
}

async function planSeveral(sources: readonly string[], limits: PlanLimits): Promise<SourcePlan> {
  const scan = await scanSeveral(sources, limits)
  const top = new Map(scan.files.map((file) => [file.path, file.absolute]))
  return planIdx(top) ?? planScan(sourceRoot(sources), scan, limits)
}

/** What lies in a folder that holds no IDX pair. */
async function planScan(root: string, scan: Scan, limits: PlanLimits): Promise<SourcePlan> {
  const candidates = scan.files.filter((file) => !file.path.includes('/') && LABELS_NAME.test(file.path))
  const labelNames = new Set(candidates.map((file) => file.path))
  const images = scan.files.filter((file) => !labelNames.has(file.path) && isImage(file, scan))
  if (images.length > 0) return planImages(root, scan, images, candidates, limits)
  const table = onlyTable(scan, candidates)
  const unused = candidates.filter((file) => file !== table)
  const message = 'It lies beside the table; it is not used.'
  const problems = unused.map(({ path }) => ({ path, code: 'not-an-image', message, level: 'warning' }) as const)
  return { kind: 'table', path: table.absolute, problems: [...scan.problems, ...problems] }
}

async function planFile(source: string, limits: PlanLimits): Promise<SourcePlan> {
  if (!LABELS_NAME.test(source)) throw await unknownFile(source)
  if (TABLE_NAME.test(source) && !(await namesFiles(source, limits)))
    return { kind: 'table', path: source, problems: [] }
  const root = dirname(source)
  const scan = await scanFolder(root, limits)
  const images = scan.files.filter((file) => typeOfName(file.path) !== null)
  const own = scan.files.filter((file) => file.path === basename(source))
  const plan = images.length === 0 ? null : await planImages(root, scan, images, own, limits)
  if (plan?.kind === 'images' && plan.labels !== null) return plan
  if (TABLE_NAME.test(source)) return { kind: 'table', path: source, problems: [] }
  throw await unknownFile(source)
}

/** Whether a column of the first rows holds names of images. */
async function namesFiles(source: string, { signal, reading }: PlanLimits): Promise<boolean> {
  const table = await readCsv(source, { signal, maxRows: ROWS_TO_TELL, header: reading?.header })
  return table.columns.some((_, i) => {
    const named = table.rows.filter((row) => typeOfName(row[i] ?? '') !== null).length
    return named > 0 && named >= table.rows.length / 2
  })
}

async function planImages(
  root: string,
  scan: Scan,
  images: readonly FoundFile[],
  candidates: readonly FoundFile[],
  { signal, reading }: PlanLimits,
): Promise<SourcePlan> {
  let labels: LabelFile | null = null
  const unused: FoundFile[] = []
  for (const file of candidates) {
    const found = await tryLabels(file, images, root, scan, { signal, reading })
    if (found === null || found.matched <= (labels?.matched ?? 0)) unused.push(file)
    else {
      if (labels !== null) unused.push(labels.file)
      labels = found
    }
  }
  for (const file of unused) {
    if (scan.problems.some((problem) => problem.path === file.path)) continue
    const message = 'It does not name the images of the folder; it is not used.'
    scan.problems.push({ path: file.path, code: 'not-an-image', message, level: 'warning' })
  }
  return { ...planFolder(images, scan), labels }
}

async function tryLabels(
  file: FoundFile,
  images: readonly FoundFile[],
  root: string,
  scan: Scan,
  { signal, reading }: PlanLimits,
) {
  try {
    return findPathColumn(
      file,
      await readLabels(file.absolute, signal, reading?.header),
      images,
      root,
      reading?.missing,
    )
  } catch (error) {
    if (!(error instanceof GraftError) || error.code === 'E_CANCELLED') throw error
    scan.problems.push({ path: file.path, code: 'not-an-image', message: error.message, level: 'warning' })
    return null
  }
}

/** By its name, else by its first bytes; what is neither is reported. */
function isImage(file: FoundFile, scan: Scan): boolean {
  if (typeOfName(file.path) !== null) return true
  try {
    const type = typeOfBytes(readHead(file.absolute, 64))
    if (READABLE_TYPES.has(type) || REFUSED_TYPES.has(type)) return true
    const message = 'Neither its name nor its content is an image.'
    scan.problems.push({ path: file.path, code: 'not-an-image', message, level: 'error' })
  } catch (error) {
    const message = error instanceof Error ? `${error.message}.` : String(error)
    scan.problems.push({ path: file.path, code: 'unreadable', message, level: 'error' })
  }
  return false
}

function onlyTable(scan: Scan, candidates: readonly FoundFile[]): FoundFile {
  const tables = candidates.filter((file) => TABLE_NAME.test(file.path))
  const [table] = tables
  if (table === undefined) throw noImages(scan)
  if (tables.length === 1) return table
  throw new GraftError(
    'E_SOURCE_FORMAT',
    `Expected one table in the folder. Received: ${tables.map((file) => file.path).join(', ')}.`,
    {
      fix: 'Choose one of these files.',
    },
  )
}

function noImages(scan: Scan): GraftError {
  const reasons = scan.problems.slice(0, 3).map((problem) => `${problem.path}: ${problem.message}`)
  const { length } = scan.files
  const found = length === 0 ? 'no file at all' : plural(length, 'file of another kind', 'files of other kinds')
  const message = `Expected images in the folder. Received: ${found}. ${reasons.join(' ')}`
  return new GraftError('E_SOURCE_EMPTY', message.trim(), {
    fix: scan.files.some(({ path }) => MODEL_NAME.test(path))
      ? MODEL_FIX
      : 'Choose a folder with images (one folder per class), with a CSV table, or with an IDX pair.',
  })
}

/** Of base models (docs/imports.md). */
const MODEL_NAME = /(\.(keras|h5|hdf5|pth|pt|ckpt|safetensors|onnx)|(^|[\\/])model\.json)$/i
const MODEL_FIX = 'A model is imported on the screen Models, or with graft model import.'

/** Of a picture, also why it could not be used in a folder either. */
async function unknownFile(source: string): Promise<GraftError> {
  const expected = 'Expected a folder, a CSV or TSV table, or an IDX file.'
  const picture = isPicture(source) ? await examineImage(readFileSafely(source, MAX_IMAGE_BYTES), source) : null
  if (picture?.image === null) {
    const message = `${expected} Received: ${source}, a picture that cannot be used. ${picture.fault.message}`
    return new GraftError('E_SOURCE_FORMAT', message, {
      fix: 'Mend or convert the picture, and choose the folder that holds it.',
    })
  }
  return new GraftError(
    'E_SOURCE_FORMAT',
    `${expected} Received: ${source}${picture === null ? '' : ', one picture'}`,
    {
      fix: MODEL_NAME.test(source) ? MODEL_FIX : 'Choose the folder that holds the images, or a table.',
    },
  )
}

function isPicture(source: string): boolean {
  const type = typeOfBytes(readHead(source, 64))
  return typeOfName(source) !== null || READABLE_TYPES.has(type) || REFUSED_TYPES.has(type)
}
