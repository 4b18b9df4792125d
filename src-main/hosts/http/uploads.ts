import { type FileHandle, mkdir, mkdtemp, open } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { removeFile, removeLater } from '../../base/disk/remove.ts'
import { requireNames } from '../../base/disk/windows-name.ts'
import { numberedPath } from '../../base/numbered-path.ts'
import { GraftError } from '../../contract/errors.ts'

const BATCH = /^[A-Za-z0-9_-]{1,64}$/

export interface UploadLimits {
  /** Of a batch. */
  readonly maxFiles: number
  /** Of one dropped file. Larger ones are imported by path. */
  readonly maxFileBytes: number
}

const LIMITS: UploadLimits = { maxFiles: 500_000, maxFileBytes: 2 * 1024 ** 3 }

/** Files that a page in a browser dropped: staged in a private temporary folder until they are imported (as copies). */
export interface Uploads {
  receive(batch: string, relativePath: string, body: Readable): Promise<void>
  /** The file or folder that was dropped as `upload:<batch>`. */
  resolve(batch: string): string
  close(): Promise<void>
}

export async function openUploads(limits = LIMITS): Promise<Uploads> {
  const root = await mkdtemp(join(tmpdir(), 'graft-drop-'))
  const counts = new Map<string, number>()
  return {
    async receive(batch, relativePath, body) {
      const target = stagedPath(root, batch, relativePath)
      const count = (counts.get(batch) ?? 0) + 1
      if (count > limits.maxFiles) throw tooMany(limits.maxFiles)
      counts.set(batch, count)
      await mkdir(dirname(target), { recursive: true })
      const { path, file } = await openNew(target)
      try {
        await pipeline(body, atMost(limits.maxFileBytes, relativePath), file.createWriteStream())
      } catch (error) {
        // A part of a file shall not be imported as if it were all of it.
        await file.close()
        removeFile(path)
        throw error
      }
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
      await removeLater(root)
    },
  }
}

/** Files of one name that were dropped from different folders do not take each other's place. */
async function openNew(target: string): Promise<{ path: string; file: FileHandle }> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? target : numberedPath(target, number)
    try {
      return { path, file: await open(path, 'wx') }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** Lets a stream through as long as it is not too large: the server limits only what it reads as a whole. */
function atMost(maxBytes: number, name: string) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(name, maxBytes)
      yield chunk
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
  return path === folder + sep ? folder : requireNames(path)
}

function unknownBatch(batch: string): GraftError {
  return new GraftError('E_SOURCE_PATH', `Expected files that were dropped on this window. Received: upload:${batch}`, {
    fix: 'Drop the files again; dropped files are kept only until the workbench closes.',
  })
}

const READ_IN_PLACE = 'Choose the folder with "Import" instead: it is then read in place.'

function tooMany(most: number): GraftError {
  return new GraftError('E_SOURCE_FORMAT', `Expected at most ${most} dropped files.`, { fix: READ_IN_PLACE })
}

function tooLarge(name: string, most: number): GraftError {
  const message = `Expected a dropped file of at most ${most} bytes. Received: ${name}, which is larger.`
  return new GraftError('E_SOURCE_FORMAT', message, { fix: READ_IN_PLACE })
}
