import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openPack } from '../../data/pack.ts'
import { encodePng } from '../../data/png.ts'
import type { App } from '../session/app.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { Workspace } from '../session/workspace.ts'
import { getItem, type ItemRow } from '../store/items-repo.ts'

/** The type of a page that Graft has written (a model card, a report). */
export const DOCUMENT_TYPE = 'text/html; charset=utf-8'

/** A picture or a document: in memory, or a part of a file that the host streams. */
export type MediaFile =
  /** `missing`: where the file should lie that this says is gone. */
  | { readonly type: string; readonly bytes: Uint8Array; readonly missing?: string }
  | { readonly type: string; readonly path: string; readonly offset: number; readonly length: number }

/** ['thumb' | 'image', datasetId, itemId] -> the picture; null: there is none. Ids only, never paths. */
export function findMedia(app: App, path: readonly string[]): MediaFile | null {
  const [kind, datasetId = '', itemId = '', ...rest] = path
  const id = /^\d{1,9}$/.test(itemId) ? Number(itemId) : 0
  if (app.session === null || rest.length > 0 || (kind !== 'thumb' && kind !== 'image')) return null
  const state = app.session.datasets.find(datasetId)
  const item = state === null ? undefined : getItem(app.session.db, state.row.key, id)
  if (state === null || item === undefined || state.row.id !== datasetId) return null
  const original = kind === 'image' ? originalFile(app.session, item) : null
  return original ?? thumbnail(app.session, state, item) ?? packedPicture(app.session, state, item)
}

/** The file itself when a browser can draw it. */
function originalFile(workspace: Workspace, item: ItemRow): MediaFile | null {
  if (item.path === null) return null
  const path = workspace.paths.fromStored(item.path)
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined || !facts.isFile()) return null
  const type = drawableType(path)
  return type === null ? null : { type, path, offset: 0, length: facts.size }
}

function thumbnail(workspace: Workspace, state: DatasetState, item: ItemRow): MediaFile | null {
  if (item.thumbOffset === null || item.thumbLength === null) return null
  const path = join(workspace.paths.dataset(state.row.id), 'thumbs.bin')
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined || facts.size < item.thumbOffset + item.thumbLength) return null
  const head = readHead(path, item.thumbOffset)
  const type = head === null ? null : typeOf(head)
  return type === null ? null : { type, path, offset: item.thumbOffset, length: item.thumbLength }
}

function packedPicture(workspace: Workspace, state: DatasetState, item: ItemRow): MediaFile | null {
  if (state.row.kind !== 'image' || state.row.pack === null || item.row === null) return null
  const pack = openPack(workspace.paths.fromStored(state.row.pack))
  try {
    if (item.row >= pack.rows) return null
    const { height, width, channels } = pack.shape
    return { type: 'image/png', bytes: encodePng(pack.row(item.row), width, height, channels) }
  } finally {
    pack.close()
  }
}

function drawableType(path: string): string | null {
  const head = readHead(path, 0)
  return head === null ? null : typeOf(head)
}

function readHead(path: string, offset: number): Buffer | null {
  try {
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(16)
      return head.subarray(0, readSync(file, head, 0, 16, offset))
    } finally {
      closeSync(file)
    }
  } catch {
    return null
  }
}

/** By the first bytes, whatever the name says; null: not one of those that every browser draws. */
function typeOf(head: Buffer): string | null {
  const text = head.toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  return text.startsWith('BM') ? 'image/bmp' : null
}
