import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeFile } from '../../base/disk/remove.ts'
import { replace } from '../../base/disk/replace.ts'

/** Writes beside the file and renames: a reader sees the old content or the new one, never a part. */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  const file = openSync(temporary, 'w')
  try {
    writeAll(file, content)
  } catch (error) {
    closeSync(file)
    removeFile(temporary)
    throw error
  }
  closeSync(file)
  replace(temporary, path)
}

export function writeAll(file: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}
