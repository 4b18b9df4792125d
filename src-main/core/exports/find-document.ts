import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { markup } from '../../base/html/markup.ts'
import { page } from '../../base/html/page.ts'
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

/** A plain file: what a link has been put in its place for is nobody's to see. One that is gone says so. */
function document(path: string | null): MediaFile | null {
  if (path === null) return null
  const facts = lstatSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return { type: DOCUMENT_TYPE, bytes: Buffer.from(gonePage(path)), missing: path }
  return facts.isFile() ? { type: DOCUMENT_TYPE, path, offset: 0, length: facts.size } : null
}

function gonePage(path: string): string {
  const words =
    'It was moved or removed since it was written. Open it where it lies now, or export or report once more.'
  return page({ title: 'This file is gone', lead: path, body: [markup`<p>${words}</p>`] })
}
