import { stat } from 'node:fs/promises'
import { GraftError } from '../contract/errors.ts'
import { READABLE_TYPES, REFUSED_TYPES, typeOfBytes, typeOfName } from './image-type.ts'
import { type ImagePlan, planFolder } from './plan-folder.ts'
import { type IdxPlan, planIdx } from './plan-idx.ts'
import { readHead } from './read-file-safely.ts'
import { type FoundFile, type Scan, scanFolder, type ScanLimits } from './scan-folder.ts'

export type SourcePlan = ImagePlan | IdxPlan

/** Finds out what a file or folder is, without decoding anything.
 *  @throws GraftError E_SOURCE_PATH, E_SOURCE_EMPTY, E_SOURCE_FORMAT */
export async function planSource(source: string, limits: ScanLimits = {}): Promise<SourcePlan> {
  const stats = await statSource(source)
  const idx = planIdx(source, stats.isDirectory())
  if (idx !== null) return idx
  if (!stats.isDirectory()) throw unknownFile(source)
  const scan = await scanFolder(source, limits)
  return planImages(scan, scan.files)
}

function planImages(scan: Scan, files: readonly FoundFile[]): ImagePlan {
  const images = files.filter((file) => isImage(file, scan))
  if (images.length === 0) throw noImages(scan)
  return planFolder(images, scan)
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

async function statSource(source: string) {
  try {
    return await stat(source)
  } catch {
    throw new GraftError('E_SOURCE_PATH', `Expected an existing file or folder. Received: ${source}`, {
      fix: 'Check the spelling, or choose the file or folder again.',
    })
  }
}

function noImages(scan: Scan): GraftError {
  const reasons = scan.problems.slice(0, 3).map((problem) => `${problem.path}: ${problem.message}`)
  const found = scan.files.length === 0 ? 'no file at all' : `${scan.files.length} files of other kinds`
  return new GraftError(
    'E_SOURCE_EMPTY',
    `Expected images in the folder. Received: ${found}. ${reasons.join(' ')}`.trim(),
    {
      fix: 'Choose a folder with images (one folder per class), with a CSV table, or with an IDX pair.',
    },
  )
}

function unknownFile(source: string): GraftError {
  return new GraftError(
    'E_SOURCE_FORMAT',
    `Expected a folder, a CSV or TSV table, or an IDX file. Received: ${source}`,
    {
      fix: 'Choose the folder that holds the images, or a table.',
    },
  )
}
