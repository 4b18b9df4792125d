import type { LiveLabelling } from '../session/labelling.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import {
  deleteDraw,
  deleteMark,
  deleteNotes,
  fieldsWithNotes,
  type LabelPlace,
  listDraws,
  listMarks,
  setDraw,
} from '../store/labelling-repo.ts'
import { suggestedClass } from './suggested-class.ts'

/** Compares labels that drawn items have just got with what was suggested for them until now, takes back what was noted of labels that are
 *  gone, and takes marks off labels that have changed. */
export function noteLabels(db: Db, state: DatasetState, itemIds: readonly number[], live: LiveLabelling | null): void {
  const fields = fieldsWithNotes(db, state.row.key)
  if (fields.length === 0) return
  const touched = new Set(itemIds)
  db.transaction(() => {
    for (const field of fields) {
      const place = { dataset: state.row.key, field }
      const column = state.row.labelColumns.find(({ id }) => id === field)
      if (column === undefined) deleteNotes(db, place)
      else noteColumn(db, place, { state, column, touched, live })
    }
  })
}

interface Noted {
  readonly state: DatasetState
  readonly column: StoredColumn
  readonly touched: ReadonlySet<number>
  readonly live: LiveLabelling | null
}

function noteColumn(db: Db, place: LabelPlace, { state, column, touched, live }: Noted): void {
  const values = state.labels.get(column.id)
  const labelOf = (item: number): number | null => {
    const value = values?.[item - 1] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }
  for (const { item, suggested } of listDraws(db, place)) {
    // The class that was suggested may come back as another one: nothing can be said any more.
    if (suggested !== null && suggested >= column.classes.length) deleteDraw(db, place, item)
    else if (touched.has(item)) noteDraw(db, place, { item, suggested, label: labelOf(item), column, live })
  }
  for (const { item, value } of listMarks(db, place)) {
    if (touched.has(item) && labelOf(item) !== value) deleteMark(db, place, item)
  }
}

function noteDraw(
  db: Db,
  place: LabelPlace,
  of: { item: number; suggested: number | null; label: number | null } & Pick<Noted, 'column' | 'live'>,
): void {
  const { item, suggested, label, column, live } = of
  if (label === null) {
    if (suggested !== null) setDraw(db, place, { item, suggested: null })
    return
  }
  if (suggested !== null) return
  const held = live?.heldOf(column) ?? null
  const best = held === null ? -1 : suggestedClass(held, item - 1)
  // Nothing was suggested, so there is nothing to compare.
  if (best === -1) deleteDraw(db, place, item)
  else setDraw(db, place, { item, suggested: best })
}
