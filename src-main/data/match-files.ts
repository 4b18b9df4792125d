import { splitOfName } from './plan-folder.ts'
import type { FoundFile } from './scan-folder.ts'

/** Finds the file that a text in a label file means. */
export interface FileMatcher {
  match(text: string): number | null
  /** Files that differ from the text in nothing but the case of letters or the Unicode form; several: it may mean any. */
  alike(text: string): readonly number[]
}

/** Files are named by their path below the root, or below one of its folders; by their name alone where it is the only one;
 *  without extension where that is clear; and in another case or Unicode form where only one file is called so. */
export function createFileMatcher(files: readonly FoundFile[], root: string): FileMatcher {
  const exact = new Map(files.map((file, i) => [file.path, i]))
  const paths = files.map((file) => file.path.normalize())
  const folded = paths.map(fold)
  let groups: Map<string, number[]> | null = null
  const asWritten = finder(paths)
  const inAnyCase = finder(folded)
  const rootName = (root.split(/[\\/]/).at(-1) ?? '').normalize()
  return {
    match(text) {
      const path = normalise(text, rootName)
      return exact.get(text.trim()) ?? asWritten(path) ?? inAnyCase(fold(path))
    },
    alike(text) {
      groups ??= groupByKey(folded)
      return groups.get(fold(normalise(text, rootName))) ?? []
    },
  }
}

/** Answers which path a text means: all of it, without extension, by the name alone, or by that without extension. */
function finder(paths: readonly string[]): (path: string) => number | null {
  const [byPath, byBarePath] = [uniqueKeys(paths, (path) => path), uniqueKeys(paths, bare)]
  const [byName, byBareName] = [uniqueKeys(paths, nameOf), uniqueKeys(paths, (path) => bare(nameOf(path)))]
  return (path) => {
    const name = nameOf(path)
    return byPath.get(path) ?? byBarePath.get(path) ?? byName.get(name) ?? byBareName.get(name) ?? null
  }
}

/** Keys that two files share mean neither. */
function uniqueKeys(paths: readonly string[], keyOf: (path: string) => string): Map<string, number> {
  const keys = new Map<string, number>()
  const shared = new Set<string>()
  for (const [i, path] of paths.entries()) {
    const key = keyOf(path)
    if (keys.has(key)) shared.add(key)
    else keys.set(key, i)
  }
  for (const key of shared) keys.delete(key)
  return keys
}

/** Everything that a path may be called, and the paths that are called so. */
function groupByKey(paths: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const [i, path] of paths.entries()) {
    for (const key of new Set([path, bare(path), nameOf(path), bare(nameOf(path))])) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [i])
      else group.push(i)
    }
  }
  return groups
}

function fold(path: string): string {
  return path.toLowerCase().normalize()
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function bare(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path
}

function normalise(text: string, rootName: string): string {
  const path = text
    .trim()
    .normalize()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
  const inRoot = rootName !== '' && splitOfName(rootName) === null && path.startsWith(`${rootName}/`)
  return inRoot ? path.slice(rootName.length + 1) : path
}
