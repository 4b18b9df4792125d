import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeFile, removeIfFree } from './disk/remove.ts'
import { replace } from './disk/replace.ts'
import { writeFileAtomic } from './disk/write-file-atomic.ts'
import { isOtherProcess } from './is-other-process.ts'

/** The kinds of folders in a workspace's `cache/`. */
export const CACHE_KINDS = ['features', 'pixels', 'calibrations'] as const
export type CacheKind = (typeof CACHE_KINDS)[number]

const ABOUT = 'about.json'
const LEASE = /^lease-(\d+)-.*$/
const EVICTED = /\.evicted$/

/** One folder of the cache: what may be thrown away and made again, as a whole. */
export interface CacheEntry {
  /** `<kind>/<folder>`. */
  readonly id: string
  readonly kind: CacheKind
  /** What it holds, in words. */
  readonly title: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly usedAt: number
  /** A process that is running reads or fills it. */
  readonly isInUse: boolean
}

/** Opens a folder of the cache for reading and filling: makes it where it is missing, notes the use, and keeps others from
 *  evicting it until `release` is called or this process ends. */
export function useCacheEntry(folder: string, title: string): { release(): void } {
  mkdirSync(folder, { recursive: true })
  const lease = join(folder, `lease-${process.pid}-${randomUUID()}`)
  writeFileSync(lease, '')
  const about = join(folder, ABOUT)
  try {
    if (!existsSync(about)) writeFileAtomic(about, JSON.stringify({ title }))
  } catch (error) {
    removeFile(lease)
    throw error
  }
  touch(about)
  return {
    release() {
      touch(about)
      removeFile(lease)
    },
  }
}

function touch(file: string): void {
  const now = new Date()
  try {
    utimesSync(file, now, now)
  } catch {
    // Somebody removed the folder by hand: there is nothing to note any more.
  }
}

/** Every entry, the least recently used first. */
export function listCacheEntries(cacheFolder: string): CacheEntry[] {
  const entries = CACHE_KINDS.flatMap((kind) =>
    names(join(cacheFolder, kind)).flatMap((name) => {
      const entry = EVICTED.test(name) ? null : readEntry(cacheFolder, kind, name)
      return entry === null ? [] : [entry]
    }),
  )
  return entries.sort((a, b) => a.usedAt - b.usedAt)
}

/** Removes the least recently used entries until the rest fits; what somebody uses stays. Answers what went. */
export function evictCacheEntries(cacheFolder: string, limitBytes: number): CacheEntry[] {
  removeLeftovers(cacheFolder)
  const entries = listCacheEntries(cacheFolder)
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  const evicted: CacheEntry[] = []
  for (const entry of entries) {
    if (total <= limitBytes) break
    if (entry.isInUse || !removeCacheEntry(cacheFolder, entry.id)) continue
    total -= entry.bytes
    evicted.push(entry)
  }
  return evicted
}

/** Removes one entry, unless it is used (false). It disappears at once: no reader finds half of it. */
export function removeCacheEntry(cacheFolder: string, id: string): boolean {
  const folder = join(cacheFolder, id)
  if (isLeased(folder)) return false
  const away = `${folder}.${randomUUID()}.evicted`
  try {
    replace(folder, away)
  } catch {
    return false
  }
  removeIfFree(away)
  return true
}

/** What a killed process had begun to remove, or what somebody held then. */
function removeLeftovers(cacheFolder: string): void {
  for (const kind of CACHE_KINDS) {
    for (const name of names(join(cacheFolder, kind))) {
      if (EVICTED.test(name)) removeIfFree(join(cacheFolder, kind, name))
    }
  }
}

function readEntry(cacheFolder: string, kind: CacheKind, name: string): CacheEntry | null {
  const folder = join(cacheFolder, kind, name)
  try {
    // What earlier versions put there may be a file by itself.
    const own = statSync(folder).isFile() ? sizeOf(folder) : 0
    const bytes = names(folder).reduce((sum, file) => sum + sizeOf(join(folder, file)), own)
    const about = join(folder, ABOUT)
    const usedAt = statSync(existsSync(about) ? about : folder).mtimeMs
    return { id: `${kind}/${name}`, kind, title: titleOf(about) ?? name, bytes, usedAt, isInUse: isLeased(folder) }
  } catch {
    // Removed while it was looked at.
    return null
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function titleOf(about: string): string | null {
  try {
    const { title } = JSON.parse(readFileSync(about, 'utf8')) as { title?: unknown }
    return typeof title === 'string' ? title : null
  } catch {
    return null
  }
}

/** Leases of processes that are gone do not count, and go away. */
function isLeased(folder: string): boolean {
  let isHeld = false
  for (const name of names(folder)) {
    const pid = Number(LEASE.exec(name)?.[1] ?? NaN)
    if (Number.isNaN(pid)) continue
    if (pid === process.pid || isOtherProcess(pid)) isHeld = true
    else removeFile(join(folder, name))
  }
  return isHeld
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
