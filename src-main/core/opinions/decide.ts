import { plural } from '../../base/plural.ts'
import type { OpinionDecision } from '../../contract/opinions.ts'
import { editDataset } from '../datasets/edit-calls.ts'
import { labelEachEdit } from '../datasets/edit-labels.ts'
import type { Edit } from '../datasets/edit-parts.ts'
import { type App, requireSession } from '../session/app.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { deleteMark, putMark } from '../store/labelling-repo.ts'
import { decideItems } from '../store/opinions-repo.ts'
import type { NamedItem, NamedOpinion } from './opinion-view.ts'

/** Keeps what a person says of disagreements. Second labels that are taken become labels in one change. */
export function decide(
  app: App,
  state: DatasetState,
  opinion: NamedOpinion,
  itemIds: readonly number[],
  decision: OpinionDecision | null,
): ReturnType<typeof editDataset> {
  const { db } = requireSession(app)
  const wanted = new Set(itemIds)
  const items = opinion.items.filter(({ item }) => wanted.has(item))
  const edit = (now: DatasetState) => (decision === 'taken' ? takeEdit(now, opinion, items) : null)
  // The labels first: an item that has its second label counts as taken, whatever is stored of it.
  const changed = editDataset(app, state.row.id, edit)
  db.transaction(() => {
    decideItems(db, opinion.row.key, itemIds, decision)
    markItems(db, state, opinion.row.field, { items, decision })
  })
  return changed
}

/** What is unsure is marked as such in the dataset, and no longer once it was decided otherwise. */
function markItems(
  db: Db,
  state: DatasetState,
  field: number,
  { items, decision }: { items: readonly NamedItem[]; decision: OpinionDecision | null },
): void {
  const place = { dataset: state.row.key, field }
  for (const { item, decision: before } of items) {
    if (decision !== 'unsure') {
      if (before === 'unsure') deleteMark(db, place, item)
      continue
    }
    const value = state.labels.get(field)?.[item - 1] ?? Number.NaN
    putMark(db, place, { item, mark: 'unsure', value: Number.isNaN(value) ? null : value })
  }
}

function takeEdit(state: DatasetState, { column, row }: NamedOpinion, items: readonly NamedItem[]): Edit | null {
  if (column === null) return null
  const byClass = new Map<string, number[]>()
  for (const { item, second } of items) {
    if (second !== null) byClass.set(second, [...(byClass.get(second) ?? []), item])
  }
  const edit = labelEachEdit(state, column.name, [...byClass].map(([value, ids]) => ({ itemIds: ids, value }))) // prettier-ignore
  if (edit === null) return null
  const count = edit.delta.values[0]?.ids.length ?? 0
  return { ...edit, change: `Take ${plural(count, 'second label')} of ${column.name} (${row.name})` }
}
