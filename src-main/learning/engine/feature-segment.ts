import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { RowPlace } from '../../base/file-rows.ts'

/** Cached rows in one file, `<id>.f32`, with their keys in `<id>.json`. Both are written beside their place and renamed,
 *  the keys last: a segment without keys, or whose size does not fit them, is not read. */
export interface FeatureSegment {
  readonly keys: readonly string[]
  place(index: number): RowPlace
  close(): void
}

export function writeSegment(folder: string, keys: readonly string[], rows: Float32Array): FeatureSegment {
  const id = `${process.pid}-${randomUUID()}`
  const data = join(folder, `${id}.f32`)
  const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
  const file = openSync(`${data}.partial`, 'wx')
  try {
    let done = 0
    while (done < bytes.byteLength) done += writeSync(file, bytes, done)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${data}.partial`, data)
  const index = join(folder, `${id}.json`)
  writeFileSync(`${index}.partial`, JSON.stringify({ keys }), { flag: 'wx', flush: true })
  renameSync(`${index}.partial`, index)
  return openSegment(folder, id, rows.length / keys.length)!
}

/** All whole segments of a folder. What is damaged or unfinished is passed over. */
export function openSegments(folder: string, rowLength: number): FeatureSegment[] {
  if (!existsSync(folder)) return []
  const ids = readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []))
  return ids.sort().flatMap((id) => openSegment(folder, id, rowLength) ?? [])
}

/** Removes what processes that are gone left behind: unfinished files, and rows without their keys. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const isOrphan = name.endsWith('.f32') && !existsSync(join(folder, name.replace(/\.f32$/, '.json')))
    if (!isOrphan && !name.endsWith('.partial')) continue
    const writer = Number.parseInt(name, 10)
    if (writer !== process.pid && !isRunning(writer)) rmSync(join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function openSegment(folder: string, id: string, rowLength: number): FeatureSegment | null {
  const keys = readKeys(join(folder, `${id}.json`))
  const path = join(folder, `${id}.f32`)
  if (keys === null || !existsSync(path)) return null
  const file = openSync(path, 'r')
  const rowBytes = rowLength * 4
  if (fstatSync(file).size !== keys.length * rowBytes) {
    closeSync(file)
    return null
  }
  return {
    keys,
    place: (index) => ({ file, position: index * rowBytes }),
    close: () => closeSync(file),
  }
}

function readKeys(path: string): string[] | null {
  try {
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: unknown }
    return Array.isArray(keys) && keys.every((key) => typeof key === 'string') ? keys : null
  } catch {
    return null
  }
}
