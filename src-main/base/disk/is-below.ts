import path, { type PlatformPath } from 'node:path'

/** Whether a path is a folder's, or lies in it, by name alone. On Windows upper and lower case are one, and nothing on another drive or
 *  share lies in the folder; the root of a drive holds what is on it. */
export function isBelow(folder: string, other: string, { relative, isAbsolute, sep }: PlatformPath = path): boolean {
  const inside = relative(folder, other)
  return !isAbsolute(inside) && inside.split(sep)[0] !== '..'
}

/** Whether two texts are one, or two absolute paths that this system does not tell apart. */
export function isSamePath(a: string, b: string, { relative, isAbsolute }: PlatformPath = path): boolean {
  return a === b || (isAbsolute(a) && isAbsolute(b) && relative(a, b) === '')
}
