import type { StoredColumn } from '../store/datasets-repo.ts'
import { type DatasetState, SPLITS } from '../store/dataset-state.ts'

const TEST = SPLITS.indexOf('test')

/** By place: class index, -1 where the item has no label, where `leftOut` has it, or (`forTeaching`) where it is of the test split: what is
 *  suggested for training items must not come from test labels. */
export function labelNumbers(
  state: DatasetState,
  column: StoredColumn,
  leftOut: { has(place: number): boolean },
  forTeaching: boolean,
): Int32Array {
  const labels = new Int32Array(state.row.items).fill(-1)
  const values = state.labels.get(column.id)
  if (values === undefined) return labels
  for (let place = 0; place < labels.length; place++) {
    const value = values[place]!
    if (Number.isNaN(value) || leftOut.has(place)) continue
    if (!forTeaching || state.split[place] !== TEST) labels[place] = value
  }
  return labels
}

/** How many different classes labels are of. */
export function classesInUse(labels: Int32Array): number {
  const seen = new Set<number>()
  for (const label of labels) if (label >= 0) seen.add(label)
  return seen.size
}
