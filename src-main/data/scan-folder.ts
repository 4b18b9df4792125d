import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isBelow } from '../base/disk/is-below.ts'
import type { ImportProblem } from '../contract/datasets.ts'
import { typeOfName } from './image-type.ts'

export interface FoundFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly absolute: string
}

export interface Scan {
  /** In the order of their paths (UTF-16 code units): the same on every computer. */
  readonly files: FoundFile[]
  /** Folders in which nothing was found at all. */
  readonly emptyFolders: string[]
  readonly problems: ImportProblem[]
  /** False when a limit stopped it. */
  readonly isComplete: boolean
}

export interface ScanLimits {
  readonly signal?: AbortSignal | undefined
  readonly maxEntries?: number | undefined
  readonly maxMilliseconds?: number | undefined
  /** Told now and then how many files are found so far. */
  readonly onFound?: ((count: number) => void) | undefined
}

/** What systems leave behind in every folder. */
const IGNORED = /^(\..*|Thumbs\.db|ehthumbs\.db|desktop\.ini|__MACOSX|@eaDir|Icon\r|\$RECYCLE\.BIN)$/i

/** Whether a file is called like those that systems and programs leave behind. */
export function isLeftBehind(name: string): boolean {
  return IGNORED.test(name)
}

/** Lists the files under a folder. Links are never followed out of it, and folders are entered at their real place only:
 *  no loop can hold it. Whatever is not a file is reported. */
export async function scanFolder(root: string, limits: ScanLimits = {}): Promise<Scan> {
  const scan = { files: [] as FoundFile[], emptyFolders: [] as string[], problems: [] as ImportProblem[] }
  const realRoot = await realpath(root)
  const until = performance.now() + (limits.maxMilliseconds ?? Infinity)
  const waiting = ['']
  let entries = 0
  let isComplete = true
  while (waiting.length > 0) {
    limits.signal?.throwIfAborted()
    if (entries >= (limits.maxEntries ?? Infinity) || performance.now() > until) {
      isComplete = false
      break
    }
    const folder = waiting.pop() as string
    const found = await listFolder(join(realRoot, folder), folder, scan.problems)
    if (found.length === 0) reportEmpty(folder, scan)
    for (const entry of found) {
      entries++
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.isFile()) scan.files.push({ path, absolute: join(realRoot, path) })
      else if (entry.isSymbolicLink()) await takeLink(realRoot, path, scan)
      else scan.problems.push(problem(path, 'unreadable', 'It is a socket, pipe or device, not a file.'))
    }
    limits.onFound?.(scan.files.length)
  }
  scan.files.sort((a, b) => compareText(a.path, b.path))
  scan.emptyFolders.sort(compareText)
  return { ...scan, isComplete }
}

/** Order by UTF-16 code units: needs no locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function listFolder(absolute: string, folder: string, problems: ImportProblem[]): Promise<Dirent[]> {
  try {
    const names = new Map<string, Dirent>()
    // Names are bytes on Linux: those that are no UTF-8 could not be opened under the name that text would give them.
    for (const entry of await readdir(absolute, { withFileTypes: true })) {
      if (isLeftBehind(entry.name)) continue
      if (entry.name.includes('\uFFFD')) problems.push(badName(folder, entry.name))
      else names.set(entry.name, entry)
    }
    return [...names.values()]
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    problems.push(problem(folder, 'unreadable', `The folder cannot be read (${code}).`))
    return []
  }
}

function reportEmpty(folder: string, scan: Pick<Scan, 'emptyFolders' | 'problems'>): void {
  if (scan.problems.some((one) => one.path === folder)) return
  if (typeOfName(folder) === null) scan.emptyFolders.push(folder)
  else scan.problems.push(problem(folder, 'unreadable', 'It is named like an image, but it is an empty folder.'))
}

async function takeLink(root: string, path: string, scan: Pick<Scan, 'files' | 'problems'>): Promise<void> {
  const report = (code: ImportProblem['code'], message: string): void => {
    scan.problems.push(problem(path, code, message))
  }
  try {
    const target = await realpath(join(root, path))
    if (!isBelow(root, target)) {
      return report('symlink-outside', 'The link leads out of the folder and is not followed.')
    }
    const stats = await stat(target)
    if (stats.isFile()) scan.files.push({ path, absolute: target })
    else if (stats.isDirectory()) report('symlink-loop', 'The link leads to a folder that is read at its own place.')
    else report('unreadable', 'The link leads to a socket, pipe or device.')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ELOOP') report('symlink-loop', 'The link leads back to itself.')
    else report('unreadable', 'The link leads nowhere.')
  }
}

function badName(folder: string, name: string): ImportProblem {
  const path = folder === '' ? name : `${folder}/${name}`
  return problem(path, 'bad-name', 'The name is not valid Unicode (UTF-8); rename the file.')
}

function problem(path: string, code: ImportProblem['code'], message: string): ImportProblem {
  return { path, code, message, level: 'error' }
}
