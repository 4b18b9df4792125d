import { GraftError } from '../../contract/errors.ts'
import { type App, requireSession } from '../session/app.ts'
import type { LiveLabelling } from '../session/labelling.ts'
import type { Session } from '../session/session.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { columnNamed, type DatasetState } from '../store/dataset-state.ts'
import { getItems } from '../store/items-repo.ts'
import { labellingOff } from './labelling-off.ts'

/** What a question about a dataset is answered from. */
export interface AskedDataset {
  readonly session: Session
  readonly state: DatasetState
  /** null: its features are not held. */
  readonly live: LiveLabelling | null
}

export function askedDataset(app: App, datasetId: string): AskedDataset {
  const session = requireSession(app)
  const state = session.datasets.get(datasetId)
  return { session, state, live: session.labelling.live(state.row.id) }
}

/** With features that are ready. @throws GraftError E_LABELLING_OFF, E_DATASET_UNUSABLE of a table */
export function readyDataset(app: App, datasetId: string): AskedDataset & { readonly live: LiveLabelling } {
  const dataset = askedDataset(app, datasetId)
  const { live, state } = dataset
  if (state.row.kind !== 'image') throw needsPictures(state.row.name)
  if (live?.status !== 'ready') throw labellingOff()
  return { ...dataset, live }
}

export function needsPictures(name: string): GraftError {
  return new GraftError('E_DATASET_UNUSABLE', `Expected a dataset of pictures. Received: ${name}, a table.`, {
    fix: 'Suggestions are learnt from pictures; the columns of a table can be trained on directly.',
  })
}

/** A column of classes. @throws GraftError E_DATASET_LABEL */
export function classColumn(state: DatasetState, name: string): StoredColumn {
  const column = columnNamed(state, name)
  if (column?.type === 'classification') return column
  const columns = state.row.labelColumns.filter(({ type }) => type === 'classification')
  const available = columns.map((entry) => entry.name).join(', ') || 'none'
  const received = column === null ? name : `${name}, which holds ${column.type === 'tags' ? 'tags' : 'numbers'}`
  throw new GraftError(
    'E_DATASET_LABEL',
    `Expected a label column of classes. Received: ${received}. Available: ${available}.`,
    { fix: 'Choose one of them, or add the column first.' },
  )
}

/** The class of an item's label by place (item id - 1), or null. */
export function labelIndex(state: DatasetState, column: StoredColumn): (place: number) => number | null {
  const values = state.labels.get(column.id)
  return (place) => {
    const value = values?.[place]
    return value === undefined || Number.isNaN(value) ? null : value
  }
}

/** Paths of items by their ids. */
export function pathsOf({ session, state }: AskedDataset, ids: readonly number[]): (id: number) => string {
  const names = new Map(getItems(session.db, state.row.key, ids).map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? ''
}
