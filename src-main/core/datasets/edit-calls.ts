import type { datasets, Split, SplitPlan } from '../../contract/datasets.ts'
import type { Handlers } from '../../contract/define.ts'
import { type App, nowText, requireSession } from '../session/app.ts'
import { assignInPieces } from './assign-splits.ts'
import { commitChange, stepBackOrForth, touchedIds } from './change.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { toDataset } from './dataset-view.ts'
import {
  addClassEdit,
  addColumnEdit,
  labelEachEdit,
  labelEdit,
  moveEachEdit,
  moveEdit,
  renameClassEdit,
  splitEdit,
} from './edit-labels.ts'
import type { Edit } from './edit-parts.ts'
import { toggleTagEdit } from './edit-tags.ts'
import { checkPlan } from './split-plan.ts'
import type { Db } from '../store/database.ts'
import { inTurns } from '../store/in-turns.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { itemHashes } from '../store/items-repo.ts'
import type { UndoSide } from '../store/changes-repo.ts'

type Edits =
  | 'label'
  | 'labelEach'
  | 'toggleTag'
  | 'addColumn'
  | 'addClass'
  | 'renameClass'
  | 'split'
  | 'moveToSplit'
  | 'moveEach'
  | 'undo'
  | 'redo'

export function datasetEdits(app: App): Pick<Handlers<typeof datasets>, Edits> {
  const change = (datasetId: string, edit: (state: DatasetState) => Edit | null) => editDataset(app, datasetId, edit)
  const step = (datasetId: string, side: UndoSide) =>
    notifyChange(app, datasetId, (state) => stepBackOrForth(requireSession(app).db, state, side, nowText(app)))
  return {
    label: ({ datasetId, column, itemIds, value }) =>
      change(datasetId, (state) => labelEdit(state, column, itemIds, value)),
    labelEach: ({ datasetId, column, labels }) => change(datasetId, (state) => labelEachEdit(state, column, labels)),
    toggleTag: ({ datasetId, ...toggle }) => change(datasetId, (state) => toggleTagEdit(state, toggle)),
    moveToSplit: ({ datasetId, itemIds, split }) => change(datasetId, (state) => moveEdit(state, itemIds, split)),
    moveEach: ({ datasetId, moves }) => change(datasetId, (state) => moveEachEdit(state, moves)),
    async split({ datasetId, plan }) {
      const { db, datasets: cache } = requireSession(app)
      const state = cache.get(datasetId)
      checkPlan(plan, state.row.labelColumns)
      // Nothing changes the dataset in between: commands wait for each other.
      const splits = await inTurns(db, splitInPieces(db, state, plan))
      return change(datasetId, (state) => splitEdit(state, plan, splits))
    },
    addColumn: ({ datasetId, ...column }) => change(datasetId, (state) => addColumnEdit(state, column)).dataset,
    addClass: ({ datasetId, column, name }) => change(datasetId, (state) => addClassEdit(state, column, name)).dataset,
    renameClass: ({ datasetId, column, from, to }) =>
      change(datasetId, (state) => renameClassEdit(state, column, from, to)).dataset,
    undo: ({ datasetId }) => step(datasetId, 'undo'),
    redo: ({ datasetId }) => step(datasetId, 'redo'),
  }
}

function* splitInPieces(db: Db, { row, labels }: DatasetState, plan: SplitPlan): Piecewise<Split[]> {
  const hashes = itemHashes(db, row.key)
  yield
  const source = { kind: row.kind, hashes, columns: row.labelColumns, labels, given: () => null }
  return yield* assignInPieces(source, plan)
}

/** Makes an edit as one undoable change, and announces it. null: nothing would change. */
export function editDataset(app: App, datasetId: string, edit: (state: DatasetState) => Edit | null) {
  return notifyChange(app, datasetId, (state) => makeEdit(app, state, edit(state)))
}

function makeEdit(app: App, state: DatasetState, edit: Edit | null): number[] {
  if (edit === null) return []
  commitChange(requireSession(app).db, state, edit.change, edit.delta, nowText(app))
  return touchedIds(edit.delta)
}

/** Runs an edit and announces it. What the store refused is not kept in memory either. */
function notifyChange(app: App, datasetId: string, edit: (state: DatasetState) => number[]) {
  const session = requireSession(app)
  const state = session.datasets.get(datasetId)
  const before = state.row.version
  let itemIds: number[]
  try {
    itemIds = edit(state)
  } catch (error) {
    session.datasets.forget(state.row.id)
    throw error
  }
  if (state.row.version !== before) session.labelling.changed(state, itemIds)
  const dataset = toDataset(session.db, state)
  if (state.row.version !== before) app.events.emit('datasets.changed', { dataset, datasetId: dataset.id, itemIds })
  return { dataset, changed: itemIds.length, itemIds }
}
