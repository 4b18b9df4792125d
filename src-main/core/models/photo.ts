import { GraftError } from '../../contract/errors.ts'
import type { ImportModelJob } from '../../contract/trainer.ts'
import { manifestItems, packPath } from '../datasets/manifest.ts'
import { type App, requireSession } from '../session/app.ts'
import { getItems } from '../store/items-repo.ts'

type Photo =
  | { readonly kind: 'file'; readonly source: string }
  | { readonly kind: 'item'; readonly datasetId: string; readonly itemId: number }

/** Where the pixels of a photograph are: a file, or an item of a dataset. */
export function photoOf(app: App, photo: Photo): NonNullable<ImportModelJob['photo']> {
  if (photo.kind === 'file') return { path: app.ports.sources.resolve(photo.source), pack: null, row: null }
  const session = requireSession(app)
  const state = session.datasets.get(photo.datasetId)
  const rows = getItems(session.db, state.row.key, [photo.itemId])
  const [item] = state.row.kind === 'image' ? manifestItems(session, state, rows, []) : []
  if (item !== undefined) return { path: item.path, pack: packPath(session, state), row: item.row }
  throw new GraftError('E_PREDICT_INPUT', `Expected a picture. Received: a row of the table ${state.row.name}.`, {
    fix: 'Choose a picture, or an item of a dataset of pictures.',
  })
}
