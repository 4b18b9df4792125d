import { isDeviceName } from '../../base/disk/windows-name.ts'
import { numberedPath } from '../../base/numbered-path.ts'
import { isLeftBehind } from '../../data/scan-folder.ts'

const LONGEST_BYTES = 200

/** A name that every file system takes for a file or folder, as near to the text as can be. */
export function safeName(text: string): string {
  const plain = text
    .toWellFormed()
    .normalize()
    .replaceAll(/[\u0000-\u001f\u007f\uFFFD<>:"/\\|?*]/g, '_')
    .replace(/^[. ]/, '_')
  const name = shortened(plain).replace(/[. ]$/, '_')
  return name === '' || isLeftBehind(name) || isDeviceName(name) ? `_${name}` : name
}

/** The end of a file's name says what it is. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_BYTES) return name
  const end = /\.[^.]{1,8}$/.exec(name)?.[0] ?? ''
  const start = [...name.slice(0, name.length - end.length)]
  while (Buffer.byteLength(start.join('') + end) > LONGEST_BYTES) start.pop()
  return start.join('') + end
}

/** Hands out places below a folder, each once, also where upper and lower case are one. */
export interface SafePlaces {
  /** A place for a folder of that name, which nothing else has. */
  folder(text: string): string
  /** Keeps a path for a folder: no file takes it. Its parts are safe names. */
  reserve(path: string): void
  /** For a file: `path` has `/` between its parts. */
  file(path: string): string
}

export function createSafePlaces(): SafePlaces {
  const folders = new Map<string, string>()
  const files = new Set<string>()
  const key = (path: string): string => path.toLowerCase().normalize()
  /** Where to go on counting: a name may come a hundred thousand times. */
  const counts = new Map<string, number>()
  const numbered = (path: string, isFree: (candidate: string) => boolean): string => {
    let number = counts.get(key(path)) ?? 1
    let free = number === 1 ? path : numberedPath(path, number)
    while (!isFree(free)) free = numberedPath(path, ++number)
    if (number > 1) counts.set(key(path), number)
    return free
  }
  /** A folder that is known by this name or by one that differs in case only keeps the name that it has. */
  const within = (above: string, part: string): string => {
    const path = numbered(join(above, safeName(part)), (candidate) => !files.has(key(candidate)))
    const known = folders.get(key(path)) ?? path
    folders.set(key(path), known)
    return known
  }
  return {
    folder(text) {
      const path = numbered(safeName(text), (candidate) => !folders.has(key(candidate)) && !files.has(key(candidate)))
      folders.set(key(path), path)
      return path
    },
    reserve: (path) => void path.split('/').reduce(within, ''),
    file(path) {
      const parts = path.split('/')
      const above = parts.slice(0, -1).reduce(within, '')
      const wanted = join(above, safeName(parts.at(-1) ?? ''))
      const free = numbered(wanted, (candidate) => !folders.has(key(candidate)) && !files.has(key(candidate)))
      files.add(key(free))
      return free
    },
  }
}

function join(above: string, name: string): string {
  return above === '' ? name : `${above}/${name}`
}
