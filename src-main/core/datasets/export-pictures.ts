import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { plural } from '../../base/plural.ts'
import { GraftError } from '../../contract/errors.ts'
import { mapOrdered } from '../../data/map-ordered.ts'
import { MAX_IMAGE_BYTES } from '../../data/image-limits.ts'
import { openPack, type Pack } from '../../data/pack.ts'
import { encodePng } from '../../data/png.ts'
import type { JobHandle } from '../background/job-board.ts'
import { throwIfCancelled } from '../background/cancelled.ts'
import type { Workspace } from '../session/workspace.ts'
import type { ExportedPicture } from './write-export-lists.ts'

const IN_FLIGHT = 4
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
/** What file systems answer that cannot link there; the last two are Windows' words for FAT and for too many links. */
const CANNOT_LINK = new Set('EXDEV EPERM EACCES EMLINK ENOTSUP EOPNOTSUPP ENOSYS EINVAL EISDIR UNKNOWN'.split(' '))

interface Writing {
  readonly folder: string
  /** Pixels of a packed dataset; null: its pictures are files. */
  readonly pack: string | null
  readonly link: boolean
  readonly handle: JobHandle
}

/** Brings the pictures to their places, each as it was imported; answers how many are links.
 *  @throws GraftError E_DATASET_UNUSABLE when files were changed or moved since */
export async function exportPictures(
  workspace: Workspace,
  pictures: readonly ExportedPicture[],
  to: Writing,
): Promise<number> {
  const pack = to.pack === null ? null : openPack(to.pack)
  const faults: string[] = []
  let done = 0
  let linked = 0
  const made = new Set<string>()
  const bring = async ({ item, place }: ExportedPicture): Promise<Brought> => {
    throwIfCancelled(to.handle.signal)
    const path = join(to.folder, place)
    if (!made.has(dirname(path))) await mkdir(dirname(path), { recursive: true })
    made.add(dirname(path))
    if (pack !== null) return writePacked(pack, item, path)
    return bringFile(workspace.paths.fromStored(item.path ?? ''), { path, hash: item.hash, link: to.link })
  }
  try {
    for await (const brought of mapOrdered(pictures, IN_FLIGHT, bring)) {
      if (typeof brought === 'object') faults.push(`${pictures[done]!.item.name}: ${brought.fault}`)
      if (brought === 'linked') linked++
      to.handle.progress(++done, pictures.length, 'Writing pictures')
    }
  } finally {
    pack?.close()
  }
  if (faults.length > 0) throw changedFiles(faults, pictures.length)
  return linked
}

type Brought = 'written' | 'linked' | { readonly fault: string }

async function writePacked(pack: Pack, item: ExportedPicture['item'], path: string): Promise<Brought> {
  if (item.row === null || item.row >= pack.rows) return { fault: 'it is not in the pack' }
  const pixels = pack.row(item.row)
  if (sha256(pixels) !== item.hash) return { fault: 'its pixels are damaged' }
  const { width, height, channels } = pack.shape
  await writeFile(path, encodePng(pixels, width, height, channels), { flag: 'wx' })
  return 'written'
}

/** Only what was imported goes out: the file may have been changed since. */
async function bringFile(source: string, to: { path: string; hash: string; link: boolean }): Promise<Brought> {
  const bytes = await readPicture(source)
  if ('fault' in bytes) return bytes
  if (sha256(bytes) !== to.hash) return { fault: 'it was changed since the import' }
  if (to.link && (await isLinked(source, to.path))) return 'linked'
  await writeFile(to.path, bytes, { flag: 'wx' })
  return 'written'
}

async function readPicture(path: string): Promise<Buffer | { fault: string }> {
  try {
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stats = await file.stat()
      if (!stats.isFile() || stats.size > MAX_IMAGE_BYTES) return { fault: 'it was changed since the import' }
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = codeOf(error)
    return { fault: code === 'ENOENT' ? 'it is no longer there' : `it cannot be read (${code})` }
  }
}

async function isLinked(source: string, path: string): Promise<boolean> {
  try {
    await link(source, path)
    return true
  } catch (error) {
    if (CANNOT_LINK.has(codeOf(error))) return false
    throw error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function changedFiles(faults: readonly string[], total: number): GraftError {
  const listed = faults.slice(0, 3).join('; ')
  return new GraftError(
    'E_DATASET_UNUSABLE',
    `Expected ${plural(total, 'picture')} as they were imported. ${faults.length} cannot be exported: ${listed}.`,
    {
      fix: 'Put the files back as they were, or import the folder again and export that.',
      details: { failures: faults.slice(0, 100) },
    },
  )
}
