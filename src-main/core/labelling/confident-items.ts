import type { HeldFit } from '../session/labelling.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { type DatasetState, SPLITS } from '../store/dataset-state.ts'
import { labelIndex } from './asked-dataset.ts'
import { suggestedClass } from './suggested-class.ts'

/** Unlabelled items whose suggestion is at least so confident, most confident first; those of the test split are counted only, unless
 *  `test`; those that are drawn for the estimate, too: accepted by the hundred, they would say that the head is right where it is sure. */
export function confidentItems(
  state: DatasetState,
  column: StoredColumn,
  held: HeldFit,
  { above, test, drawn }: { above: number; test: boolean; drawn: ReadonlySet<number> },
): { ids: number[]; inTest: number; inDraw: number } {
  const labelOf = labelIndex(state, column)
  const testSplit = SPLITS.indexOf('test')
  const ids: number[] = []
  let inTest = 0
  let inDraw = 0
  for (let place = 0; place < state.row.items; place++) {
    const isOne = labelOf(place) === null && suggestedClass(held, place) >= 0 && held.confidence[place]! >= above
    if (!isOne) continue
    if (drawn.has(place + 1)) {
      inDraw += 1
      continue
    }
    const isInTest = state.split[place] === testSplit
    if (isInTest) inTest += 1
    if (!isInTest || test) ids.push(place + 1)
  }
  const { confidence } = held
  ids.sort((a, b) => confidence[b - 1]! - confidence[a - 1]! || a - b)
  return { ids, inTest, inDraw }
}
