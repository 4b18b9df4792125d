import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { brokenFile } from '../refusals.ts'

/** Bytes that are read piece by piece, so that a large file need not be in memory. */
export interface ByteSource {
  readonly size: number
  /** A copy. Throws E_MODEL_FILE where a part lies outside: `what` names it. */
  read(start: number, length: number, what: string): Uint8Array
  close(): void
}

/** Throws E_MODEL_FILE when the file cannot be opened or is no plain file. */
export function openFile(path: string): ByteSource {
  const file = opened(path)
  const stat = fstatSync(file)
  return {
    size: stat.size,
    read(start, length, what) {
      checkRange(start, length, stat.size, what)
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length;) {
        const count = readSync(file, bytes, done, length - done, start + done)
        if (count === 0) throw brokenFile(`The file ended while ${what} was read: it is shorter than it was.`)
        done += count
      }
      return bytes
    },
    close: () => closeSync(file),
  }
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read(start, length, what) {
      checkRange(start, length, bytes.byteLength, what)
      // Not bytes.slice: a Buffer's shares its memory.
      return Uint8Array.prototype.slice.call(bytes, start, start + length)
    },
    close: () => undefined,
  }
}

/** A part of another source; closing it does nothing. */
export function windowOf(source: ByteSource, start: number, size: number, what: string): ByteSource {
  checkRange(start, size, source.size, what)
  return {
    size,
    read(from, length, part) {
      checkRange(from, length, size, part)
      return source.read(start + from, length, part)
    },
    close: () => undefined,
  }
}

function checkRange(start: number, length: number, size: number, what: string): void {
  const isInside = Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length >= 0
  if (isInside && start + length <= size) return
  throw brokenFile(
    `Expected ${what} inside the file of ${size} bytes. Received: ${length} bytes at ${start}; it is cut off or damaged.`,
  )
}

/** Looked at first: to open a pipe would wait for its writer. */
function opened(path: string): number {
  try {
    if (statSync(path).isFile()) return openSync(path, 'r')
  } catch (error) {
    throw brokenFile(`The file ${path} cannot be opened: ${String(error)}.`, error)
  }
  throw brokenFile(`Expected a file. Received: ${path}, which is none.`)
}
