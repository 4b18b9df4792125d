import { GraftError } from '../../contract/errors.ts'
import {
  clearVersions,
  type Delta,
  getChange,
  insertChange,
  listChanges,
  popVersion,
  pushVersion,
  readDelta,
  reverseDelta,
  topVersion,
  type UndoSide,
} from '../store/changes-repo.ts'
import type { Db } from '../store/database.ts'
import { updateDataset } from '../store/datasets-repo.ts'
import { writeValues } from '../store/values-repo.ts'
import { applyDelta, copyState, type DatasetState, valuesOf } from '../store/dataset-state.ts'

/** Makes a change: one transaction, one new version, one undo step. If the store refuses it, `state` must be loaded anew. */
export function commitChange(db: Db, state: DatasetState, change: string, delta: Delta, at: string): void {
  db.transaction(() => {
    const { key } = state.row
    const version = putIntoEffect(db, state, delta)
    insertChange(db, key, { version, at, change, delta })
    pushVersion(db, key, 'undo', version)
    clearVersions(db, key, 'redo')
  })
}

/** Takes the newest change back, or repeats what was taken back last. That, too, is a new version: no number ever means two
 *  contents. Answers the ids of the touched items. */
export function stepBackOrForth(db: Db, state: DatasetState, side: UndoSide, at: string): number[] {
  const { key } = state.row
  const of = topVersion(db, key, side)
  if (of === null) {
    throw new GraftError('E_DATASET_LABEL', `Expected a change to ${side}. Received: there is none.`, {
      fix: side === 'undo' ? 'Nothing has been changed since the import.' : 'Redo works right after an undo.',
    })
  }
  const original = getChange(db, key, of)
  if (original === undefined) throw new Error(`the ${side} stack refers to the missing version ${of}`)
  const done = readDelta(db, key, original)
  const delta = side === 'undo' ? reverseDelta(done) : done
  db.transaction(() => {
    const version = putIntoEffect(db, state, delta)
    const change = `${side === 'undo' ? 'Undo' : 'Redo'}: ${original.change}`
    insertChange(db, key, { version, at, change, of: { version: of, reverse: side === 'undo' } })
    popVersion(db, key, side)
    pushVersion(db, key, side === 'undo' ? 'redo' : 'undo', of)
  })
  return touchedIds(delta)
}

/** Older versions that were asked for last: runs are pinned to them, and a plan is made at every click. */
const past = new WeakMap<DatasetState, DatasetState[]>()
const KEPT_PAST = 2

/** The dataset as it was at an older version. Not to be changed. */
export function stateAt(db: Db, state: DatasetState, version: number): DatasetState {
  if (version === state.row.version) return state
  if (version < 1 || version > state.row.version) {
    throw new GraftError(
      'E_NOT_FOUND',
      `Expected a version of dataset "${state.row.name}" (1 to ${state.row.version}). Received: ${version}.`,
      { fix: 'Leave datasetVersion out to take the newest one.' },
    )
  }
  const kept = past.get(state) ?? []
  const known = kept.find(({ row }) => row.version === version && row.name === state.row.name)
  if (known !== undefined) return known
  const old = copyState(state)
  const changes = listChanges(db, state.row.key).filter((change) => change.version > version)
  for (const change of changes.reverse()) applyDelta(old, reverseDelta(readDelta(db, state.row.key, change)))
  old.row = { ...old.row, version }
  past.set(state, [old, ...kept].slice(0, KEPT_PAST))
  return old
}

export function touchedIds(delta: Delta): number[] {
  return [...new Set(delta.values.flatMap((value) => [...value.ids]))].sort((a, b) => a - b)
}

function putIntoEffect(db: Db, state: DatasetState, delta: Delta): number {
  applyDelta(state, delta)
  const version = state.row.version + 1
  state.row = { ...state.row, version }
  const { key, labelColumns, split } = state.row
  updateDataset(db, key, delta.schema === null ? { version } : { version, labelColumns, split })
  for (const { field, ids } of delta.values) {
    const places = Array.from(ids, (id) => id - 1)
    writeValues(db, { dataset: key, field }, valuesOf(state, field), places)
  }
  return version
}
