import { type FileHandle, mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { numberedPath } from '../../base/numbered-path.ts'
import { GraftError } from '../../contract/errors.ts'

const BATCH = /^[A-Za-z0-9_-]{1,64}$/
/** One dropped file. Larger ones are imported by path. */
export const MAX_FILE_BYTES = 2 * 1024 ** 3
const MAX_FILES = 500_000

/** Files that a page in a browser dropped: staged in a private temporary folder until they are imported (as copies). */
export interface Uploads {
  receive(batch: string, relativePath: string, body: Readable): Promise<void>
  /** The file or folder that was dropped as `upload:<batch>`. */
  resolve(batch: string): string
  close(): Promise<void>
}

export async function openUploads(): Promise<Uploads> {
  const root = await mkdtemp(join(tmpdir(), 'graft-drop-'))
  const counts = new Map<string, number>()
  return {
    async receive(batch, relativePath, body) {
      const target = stagedPath(root, batch, relativePath)
      const count = (counts.get(batch) ?? 0) + 1
      if (count > MAX_FILES) throw tooMany()
      counts.set(batch, count)
      await mkdir(dirname(target), { recursive: true })
      const file = await openNew(target)
      await pipeline(body, file.createWriteStream())
    },
    resolve(batch) {
      const folder = stagedPath(root, batch, '.')
      let entries: string[] = []
      try {
        entries = readdirSync(folder)
      } catch {
        throw unknownBatch(batch)
      }
      // One dropped file or folder stands for itself; several are taken as the folder that holds them.
      return entries.length === 1 ? join(folder, entries[0] as string) : folder
    },
    async close() {
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Files of one name that were dropped from different folders do not take each other's place. */
async function openNew(target: string): Promise<FileHandle> {
  for (let number = 1; ; number++) {
    try {
      return await open(number === 1 ? target : numberedPath(target, number), 'wx')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Several files are suggested to be called like their folder. */
const FOLDER = 'dropped files'

function stagedPath(root: string, batch: string, relativePath: string): string {
  if (!BATCH.test(batch)) throw unknownBatch(batch)
  const folder = join(root, batch, FOLDER)
  const path = normalize(join(folder, relativePath))
  const inside = path === folder || path === folder + sep || path.startsWith(folder + sep)
  if (!inside || relativePath.includes('\0')) {
    throw new GraftError('E_SOURCE_PATH', `Expected a path inside the dropped folder. Received: ${relativePath}`, {
      fix: 'Drop the folder again.',
    })
  }
  return path === folder + sep ? folder : path
}

function unknownBatch(batch: string): GraftError {
  return new GraftError('E_SOURCE_PATH', `Expected files that were dropped on this window. Received: upload:${batch}`, {
    fix: 'Drop the files again; dropped files are kept only until the workbench closes.',
  })
}

function tooMany(): GraftError {
  return new GraftError('E_SOURCE_FORMAT', `Expected at most ${MAX_FILES} dropped files.`, {
    fix: 'Choose the folder with "Import" instead: it is then read in place.',
  })
}
