import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { issueText } from '../base/issue-words.ts'
import type { ImportProblem } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { EXPORTED_FILE, ExportedDataset, IMAGES_FOLDER, LABELS_FILE, TABLE_FILE } from '../contract/exported-dataset.ts'
import type { ExportedEntry, ExportedImage, ExportedPlan } from './exported-plan.ts'
import { placeInFolders } from './exported-folders.ts'
import { readExportedCsv } from './exported-csv.ts'
import { typeOfName } from './image-type.ts'
import { splitOfName } from './plan-folder.ts'
import { readFileSafely } from './read-file-safely.ts'
import { type FoundFile, type Scan, scanFolder, type ScanLimits } from './scan-folder.ts'

const MAX_DOCUMENT_BYTES = 500_000_000
const CHOSEN = new Set([EXPORTED_FILE, LABELS_FILE, TABLE_FILE])

/** The folder of an export, if the chosen folder or file is one or the list of one; else null. */
export function findExported(source: string, isFolder: boolean): string | null {
  const folder = isFolder ? source : CHOSEN.has(basename(source)) ? dirname(source) : null
  return folder !== null && existsSync(join(folder, EXPORTED_FILE)) ? folder : null
}

/** @throws GraftError E_SOURCE_FORMAT, E_SOURCE_PATH */
export async function planExported(folder: string, limits: ScanLimits): Promise<ExportedPlan> {
  const document = readDocument(join(folder, EXPORTED_FILE))
  const problems: ImportProblem[] = []
  const entries = await entriesOf(document, folder, problems, limits)
  const plan = { kind: 'exported', document, problems } as const
  if (document.kind === 'table') return { ...plan, rows: entries, images: [], isComplete: true }
  const scan = await scanFolder(folder, limits)
  for (const problem of scan.problems) problems.push(problem)
  const images =
    document.layout === 'folders'
      ? pictures(scan, document, problems).map((file) => ({ ...file, entry: placeInFolders(file.path, document) }))
      : withEntries(pictures(scan, document, problems), entries, problems, scan.isComplete)
  return { ...plan, rows: [], images, isComplete: scan.isComplete }
}

function readDocument(path: string): ExportedDataset {
  let value: unknown
  try {
    value = JSON.parse(readFileSafely(path, MAX_DOCUMENT_BYTES).toString('utf8'))
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error))
  }
  const found = ExportedDataset.safeParse(value)
  if (found.success) return found.data
  throw unreadable(issueText(found.error.issues))
}

function unreadable(received: string): GraftError {
  return new GraftError(
    'E_SOURCE_FORMAT',
    `Expected a dataset that Graft exported in ${EXPORTED_FILE}. Received: ${received}.`,
    {
      fix: `Export the dataset again, or remove ${EXPORTED_FILE}: the folder is then read like any other.`,
    },
  )
}

async function entriesOf(
  document: ExportedDataset,
  folder: string,
  problems: ImportProblem[],
  limits: ScanLimits,
): Promise<ExportedEntry[]> {
  if (document.layout === 'folders') return []
  if (document.layout === 'csv') return readExportedCsv(document, folder, problems, limits.signal)
  return (document.items ?? []).map((item, i): ExportedEntry => {
    const of = <T>(said: Readonly<Record<string, T>> | undefined, name: string): T | null =>
      said !== undefined && Object.hasOwn(said, name) ? (said[name] ?? null) : null
    return {
      path: item.path ?? null,
      place: `entry ${i + 1}`,
      split: item.split,
      labels: document.labelColumns.map(({ name }) => of(item.labels, name)),
      values: document.featureColumns.map(({ name }) => of(item.values, name)),
    }
  })
}

/** The files where the export keeps its pictures; what else lies there is told. */
function pictures(scan: Scan, { layout }: ExportedDataset, problems: ImportProblem[]): FoundFile[] {
  const isOwn = ({ path }: FoundFile): boolean => path === EXPORTED_FILE || path === LABELS_FILE
  const isPlaced = ({ path }: FoundFile): boolean =>
    layout === 'folders'
      ? path.includes('/') && splitOfName(path.split('/')[0]!) !== null
      : path.startsWith(`${IMAGES_FOLDER}/`)
  const [placed, others] = [scan.files.filter(isPlaced), scan.files.filter((file) => !isPlaced(file) && !isOwn(file))]
  for (const { path } of others) {
    const message = 'It lies outside of the folders of the exported dataset; it is not used.'
    problems.push({ path, code: 'not-an-image', message, level: 'warning' })
  }
  return placed
}

/** Each picture with what the list says of it: by its whole path, but for the Unicode form, which some file systems change. */
function withEntries(
  files: readonly FoundFile[],
  entries: readonly ExportedEntry[],
  problems: ImportProblem[],
  isComplete: boolean,
): ExportedImage[] {
  const known = new Map<string, ExportedEntry>()
  for (const entry of entries) {
    const path = (entry.path ?? '').normalize()
    if (!known.has(path)) known.set(path, entry)
    else {
      const message = `${path} is listed more than once; the first entry counts.`
      problems.push({ path: entry.place, code: 'duplicate-row', message, level: 'warning' })
    }
  }
  const found = new Set(files.map(({ path }) => path.normalize()))
  for (const [path, { place }] of known) {
    if (found.has(path) || !isComplete) continue
    const message = `There is no picture ${JSON.stringify(path.slice(0, 200))} in the export.`
    problems.push({ path: place, code: 'missing-file', message, level: 'error' })
  }
  return files.flatMap((file): ExportedImage[] => {
    const entry = known.get(file.path.normalize()) ?? null
    if (entry !== null) return [{ ...file, entry }]
    if (typeOfName(file.path) === null) {
      problems.push({
        path: file.path,
        code: 'not-an-image',
        message: 'It is no picture, and not listed.',
        level: 'warning',
      })
      return []
    }
    const message = 'The list says nothing about it; imported without label.'
    problems.push({ path: file.path, code: 'missing-label', message, level: 'warning' })
    return [{ ...file, entry: null }]
  })
}
