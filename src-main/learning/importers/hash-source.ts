import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256OfFile } from '../weights/safetensors.ts'

/** SHA-256 of a file; of a folder: of the names and hashes of the files that lie in it. */
export async function hashSource(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const facts = statSync(path)
  if (!facts.isDirectory()) return { sha256: await sha256OfFile(path), sizeBytes: facts.size }
  const names = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
  const hash = createHash('sha256')
  let sizeBytes = 0
  for (const name of names) {
    hash.update(`${name}\0${await sha256OfFile(join(path, name))}\n`)
    sizeBytes += statSync(join(path, name)).size
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}
