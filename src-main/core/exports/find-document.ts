import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { HTML_CARD } from '../../contract/model-card.ts'
import { DOCUMENT_TYPE, type MediaFile } from '../datasets/media.ts'
import type { App } from '../session/app.ts'
import { listExports } from '../store/exports-repo.ts'

/** ['card', exportId] -> the model card of an export; ['report', id] -> a report of this session. null: there is none. */
export function findDocument(app: App, path: readonly string[]): MediaFile | null {
  const [kind, id = '', ...rest] = path
  const { session } = app
  if (session === null || rest.length > 0) return null
  if (kind === 'report') return document(app.reports.get(id) ?? null)
  const found = kind === 'card' ? listExports(session.db, null).find((one) => one.id === id) : undefined
  return found === undefined ? null : document(join(session.paths.fromStored(found.folder), HTML_CARD))
}

/** A plain file: what a link has been put in its place for is nobody's to see. */
function document(path: string | null): MediaFile | null {
  const facts = path === null ? undefined : lstatSync(path, { throwIfNoEntry: false })
  if (path === null || facts === undefined || !facts.isFile()) return null
  return { type: DOCUMENT_TYPE, path, offset: 0, length: facts.size }
}
