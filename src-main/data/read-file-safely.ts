import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { GraftError } from '../contract/errors.ts'

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/** Reads a regular file of at most `maxBytes`: never waits for a pipe, never follows a link that has just been put there.
 *  Synchronous on purpose: for small files four calls to the thread pool cost more than the reading.
 *  @throws GraftError E_SOURCE_PATH with `details.problem`: 'unreadable' or 'too-large' */
export function readFileSafely(path: string, maxBytes: number): Buffer {
  const file = openFile(path)
  try {
    return readPart(file, 0, checkSize(file, maxBytes))
  } finally {
    closeSync(file)
  }
}

function checkSize(file: number, maxBytes: number): number {
  const { size } = checkRegular(file)
  if (size <= maxBytes) return size
  throw refused('too-large', `Expected at most ${maxBytes / 1e6} MB. Received: ${(size / 1e6).toFixed(1)} MB`)
}

function readPart(file: number, from: number, length: number, into?: Buffer): Buffer {
  const bytes = into ?? Buffer.allocUnsafe(length)
  let done = 0
  try {
    while (done < length) {
      const count = readSync(file, bytes, done, length - done, from + done)
      if (count === 0) break
      done += count
    }
  } catch (error) {
    throw asRefusal(error)
  }
  return bytes.subarray(0, done)
}

/** Bytes of a file, read where they are needed. */
export interface FileBytes {
  readonly size: number
  /** Fewer than `count` at the end. `into`: memory to be used again, of `count` bytes at least. */
  read(at: number, count: number, into?: Buffer): Buffer
}

/** The same for a file that is read piece by piece while `work` runs. */
export async function withFileSafely<T>(
  path: string,
  maxBytes: number,
  work: (bytes: FileBytes) => Promise<T>,
): Promise<T> {
  const file = openFile(path)
  try {
    const size = checkSize(file, maxBytes)
    return await work({ size, read: (at, count, into) => readPart(file, at, Math.min(count, size - at), into) })
  } finally {
    closeSync(file)
  }
}

/** The first bytes of a file, for telling what it is. */
export function readHead(path: string, count: number): Buffer {
  const file = openFile(path)
  try {
    checkRegular(file)
    const bytes = Buffer.alloc(count)
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0))
  } catch (error) {
    throw asRefusal(error)
  } finally {
    closeSync(file)
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    throw asRefusal(error)
  }
}

function checkRegular(file: number): { size: number } {
  const stats = statsOf(file)
  if (!stats.isFile()) throw refused('unreadable', 'Expected a regular file. Received: a folder or device')
  return stats
}

function statsOf(file: number) {
  try {
    return fstatSync(file)
  } catch (error) {
    throw asRefusal(error)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'Reading it is not permitted',
  EPERM: 'Reading it is not permitted',
  ENOENT: 'It is no longer there',
  ELOOP: 'It has become a link',
  ENXIO: 'It is a socket or device, not a file',
  ENAMETOOLONG: 'Its path is longer than the system allows',
  EIO: 'The disk reports an error while reading it',
}

function asRefusal(error: unknown): GraftError {
  if (error instanceof GraftError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return refused('unreadable', REASONS[code] ?? `It cannot be read (${code || String(error)})`)
}

function refused(problem: 'unreadable' | 'too-large', message: string): GraftError {
  return new GraftError('E_SOURCE_PATH', message, { details: { problem } })
}
