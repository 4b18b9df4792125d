import { realpath, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { numberedPath } from '../base/numbered-path.ts'
import { GraftError } from '../contract/errors.ts'
import { compareText, type FoundFile, type Scan, scanFolder, type ScanLimits } from './scan-folder.ts'

/** Lists several files and folders as if they lay in one folder: each under its own name, folders of one name together. What was named
 *  outright is taken even where its name is one that systems leave behind.
 *  @throws GraftError E_SOURCE_PATH */
export async function scanSeveral(sources: readonly string[], limits: ScanLimits = {}): Promise<Scan> {
  const until = performance.now() + (limits.maxMilliseconds ?? Infinity)
  const scan = { files: [] as FoundFile[], emptyFolders: [] as string[], problems: [] as Scan['problems'] }
  let isComplete = true
  for (const source of sources) {
    limits.signal?.throwIfAborted()
    const found = await scanOne(source, {
      signal: limits.signal,
      maxEntries: (limits.maxEntries ?? Infinity) - scan.files.length,
      maxMilliseconds: until - performance.now(),
      onFound: (count) => limits.onFound?.(scan.files.length + count),
    })
    // Not by spreading into push: a folder may hold more files than a call may have arguments.
    for (const file of found.files) scan.files.push(file)
    for (const folder of found.emptyFolders) scan.emptyFolders.push(folder)
    for (const problem of found.problems) scan.problems.push(problem)
    isComplete &&= found.isComplete
  }
  const files = withDistinctPaths(scan.files).sort((a, b) => compareText(a.path, b.path))
  return { ...scan, files, emptyFolders: scan.emptyFolders.sort(compareText), isComplete }
}

/** One source with its own name in front of every path. */
async function scanOne(source: string, limits: ScanLimits): Promise<Scan> {
  const name = basename(source)
  const stats = await statSource(source)
  if (stats.isDirectory()) return named(name, await scanFolder(source, limits))
  const scan: Scan = { files: [], emptyFolders: [], problems: [], isComplete: true }
  if (stats.isFile()) scan.files.push({ path: name, absolute: await realpath(source) })
  else {
    const message = 'It is a socket, pipe or device, not a file.'
    scan.problems.push({ path: name, code: 'unreadable', message, level: 'error' })
  }
  return scan
}

function named(name: string, scan: Scan): Scan {
  const below = (path: string): string => (path === '' ? name : `${name}/${path}`)
  return {
    files: scan.files.map((file) => ({ ...file, path: below(file.path) })),
    emptyFolders: scan.emptyFolders.map(below),
    problems: scan.problems.map((problem) => ({ ...problem, path: below(problem.path) })),
    isComplete: scan.isComplete,
  }
}

/** "cat.jpg" and another "cat.jpg" are "cat.jpg" and "cat (2).jpg", in the order in which they came. */
export function withDistinctPaths(files: readonly FoundFile[]): FoundFile[] {
  const taken = new Set<string>(files.map((file) => file.path))
  const seen = new Set<string>()
  return files.map((file) => {
    let { path } = file
    if (seen.has(path)) {
      for (let number = 2; taken.has(path); number++) path = numberedPath(file.path, number)
      taken.add(path)
    }
    seen.add(path)
    return { ...file, path }
  })
}

export async function statSource(source: string): ReturnType<typeof stat> {
  try {
    return await stat(source)
  } catch {
    throw new GraftError('E_SOURCE_PATH', `Expected an existing file or folder. Received: ${source}`, {
      fix: 'Check the spelling, or choose the file or folder again.',
    })
  }
}
