import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeFile } from './remove.ts'
import { replace } from './replace.ts'

/** Writes beside the file and renames: a reader sees the old content or the new one, never a part. Where that fails (a full disk), nothing of it stays. */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  const file = openSync(temporary, 'w')
  try {
    try {
      writeAll(file, content)
    } finally {
      closeSync(file)
    }
    replace(temporary, path)
  } catch (error) {
    removeFile(temporary)
    throw error
  }
}

export function writeAll(file: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}
