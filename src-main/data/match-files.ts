import { splitOfName } from './plan-folder.ts'
import type { FoundFile } from './scan-folder.ts'

/** Finds the file that a text in a label file means. */
export interface FileMatcher {
  match(text: string): number | null
}

/** Files are named by their path below the root, or below one of its folders; by their name alone where it is the only one;
 *  and without extension where that is clear. */
export function createFileMatcher(files: readonly FoundFile[], root: string): FileMatcher {
  const byPath = new Map(files.map((file, i) => [file.path.normalize(), i]))
  const byName = uniqueKeys(files, (path) => path.slice(path.lastIndexOf('/') + 1))
  const byBarePath = uniqueKeys(files, bare)
  const byBareName = uniqueKeys(files, (path) => bare(path.slice(path.lastIndexOf('/') + 1)))
  const rootName = root.split(/[\\/]/).at(-1) ?? ''
  return {
    match(text) {
      const path = normalise(text, rootName)
      if (path === '') return null
      const name = path.slice(path.lastIndexOf('/') + 1)
      const found = byPath.get(path) ?? byBarePath.get(path) ?? byName.get(name) ?? byBareName.get(name)
      return found ?? null
    },
  }
}

/** Keys that two files share mean neither. */
function uniqueKeys(files: readonly FoundFile[], keyOf: (path: string) => string): Map<string, number> {
  const keys = new Map<string, number>()
  const shared = new Set<string>()
  for (const [i, file] of files.entries()) {
    const key = keyOf(file.path.normalize())
    if (keys.has(key)) shared.add(key)
    else keys.set(key, i)
  }
  for (const key of shared) keys.delete(key)
  return keys
}

function bare(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path
}

function normalise(text: string, rootName: string): string {
  const path = text
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
  const inRoot = rootName !== '' && splitOfName(rootName) === null && path.startsWith(`${rootName}/`)
  return (inRoot ? path.slice(rootName.length + 1) : path).normalize()
}
