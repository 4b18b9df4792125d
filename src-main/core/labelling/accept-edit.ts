import { plural } from '../../base/plural.ts'
import { GraftError } from '../../contract/errors.ts'
import { labelEachEdit } from '../datasets/edit-labels.ts'
import { checkIds, type Edit } from '../datasets/edit-parts.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { type DatasetState, SPLITS } from '../store/dataset-state.ts'
import { classColumn, labelIndex } from './asked-dataset.ts'

export interface Accepted {
  readonly column: string
  readonly labels: readonly { readonly itemIds: readonly number[]; readonly value: string }[]
  /** Items of the test split were looked at, too. */
  readonly test: boolean
  /** Takes the items that have a label by now. */
  readonly left: number[]
}

/** Suggestions that a person has seen and accepts, as labels. Never overwrites one.
 *  @throws GraftError E_DATASET_LABEL: a class that is gone, or an item of the test split that nobody looked at; E_NOT_FOUND */
export function acceptEdit(state: DatasetState, { column: name, labels, test, left }: Accepted): Edit | null {
  const column = classColumn(state, name)
  const labelOf = labelIndex(state, column)
  const wanted = labels.map(({ itemIds, value }) => {
    checkIds(state, itemIds)
    requireClass(column, value)
    if (!test) refuseTest(state, itemIds)
    left.push(...itemIds.filter((id) => labelOf(id - 1) !== null))
    return { itemIds: itemIds.filter((id) => labelOf(id - 1) === null), value }
  })
  const edit = labelEachEdit(state, name, wanted)
  if (edit === null) return null
  const count = edit.delta.values.reduce((sum, { ids }) => sum + ids.length, 0)
  return { ...edit, change: `Accept ${plural(count, 'suggestion')} for ${name}` }
}

/** A label of an unknown class would add the class: a suggestion is never of one. */
function requireClass({ name, classes }: StoredColumn, value: string): void {
  if (classes.includes(value)) return
  throw new GraftError(
    'E_DATASET_LABEL',
    `Expected a class of ${name} (${classes.join(', ')}). Received: ${value}. Nothing was accepted.`,
    { fix: 'The class was renamed or taken away since it was suggested: look at the suggestions again.' },
  )
}

function refuseTest(state: DatasetState, ids: readonly number[]): void {
  const test = SPLITS.indexOf('test')
  const count = ids.filter((id) => state.split[id - 1] === test).length
  if (count === 0) return
  throw new GraftError(
    'E_DATASET_LABEL',
    `Expected items outside of the test split. Received: ${plural(count, 'item')} of it. Nothing was accepted.`,
    { fix: 'Look at each of them and accept them as test items, or leave them out.' },
  )
}
