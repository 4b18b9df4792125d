import type { Handlers } from '../../contract/define.ts'
import type { labelling } from '../../contract/labelling.ts'
import { checkIds } from '../datasets/edit-parts.ts'
import type { App } from '../session/app.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { deleteMark, listMarks, type MarkRow, putMark } from '../store/labelling-repo.ts'
import { classColumn, labelIndex, type AskedDataset, askedDataset } from './asked-dataset.ts'

export function markCalls(app: App): Pick<Handlers<typeof labelling>, 'mark' | 'marks'> {
  return {
    mark({ datasetId, column: name, itemIds, mark }) {
      const dataset = askedDataset(app, datasetId)
      const { session, state } = dataset
      const column = classColumn(state, name)
      checkIds(state, itemIds)
      const place = { dataset: state.row.key, field: column.id }
      const labelOf = labelIndex(state, column)
      const before = new Map(marksOf(dataset, column).map((row) => [row.item, row.mark]))
      const changing = [...new Set(itemIds)].filter((item) => (before.get(item) ?? null) !== mark)
      session.db.transaction(() => {
        for (const item of changing) {
          if (mark === null) deleteMark(session.db, place, item)
          else putMark(session.db, place, { item, mark, value: labelOf(item - 1) })
        }
      })
      return { changed: changing.length }
    },
    marks({ datasetId, column }) {
      const dataset = askedDataset(app, datasetId)
      const rows = marksOf(dataset, classColumn(dataset.state, column))
      const of = (mark: MarkRow['mark']) => rows.filter((row) => row.mark === mark).map(({ item }) => item)
      return { kept: of('kept'), unsure: of('unsure') }
    },
  }
}

/** Marks of labels that are still the ones that were marked. */
export function marksOf({ session, state }: AskedDataset, column: StoredColumn): MarkRow[] {
  const labelOf = labelIndex(state, column)
  const rows = listMarks(session.db, { dataset: state.row.key, field: column.id })
  return rows.filter(({ item, value }) => labelOf(item - 1) === value)
}
