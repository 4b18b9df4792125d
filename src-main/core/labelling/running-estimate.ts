import { wilson } from '../../base/statistics/wilson.ts'
import type { LabellingState } from '../../contract/labelling.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { listDraws } from '../store/labelling-repo.ts'
import { labelIndex } from './asked-dataset.ts'

/** How often the suggestion was right for randomly drawn items: share with Wilson's 95 % interval. null: nothing was drawn. */
export function runningEstimate(db: Db, state: DatasetState, column: StoredColumn): LabellingState['estimate'] {
  const draws = listDraws(db, { dataset: state.row.key, field: column.id })
  if (draws.length === 0) return null
  const labelOf = labelIndex(state, column)
  const answers = draws.flatMap(({ item, suggested }) => {
    const given = labelOf(item - 1)
    return suggested === null || given === null ? [] : [given === suggested]
  })
  const right = answers.filter(Boolean).length
  const { low, high } = wilson(right, answers.length) ?? { low: 0, high: 1 }
  const accuracy = answers.length === 0 ? 0 : right / answers.length
  return { drawn: draws.length, answered: answers.length, right, accuracy, low, high }
}
