import { packNumbers, unpackInt32 } from '../../../base/packed-numbers.ts'
import type { Answer } from '../labeller-context.ts'
import { ORDERS } from '../orders/index.ts'

/** Rows in the order in which they are best labelled. Errors: E_DATASET_UNUSABLE (an order by the head, and there is none yet). */
export const order: Answer<'order'> = (context, { by, rows, labels, count, seed }) => {
  const { rows: ordered, scores } = ORDERS[by](context, {
    rows: unpackInt32(rows),
    labels: unpackInt32(labels),
    count,
    seed,
  })
  return Promise.resolve({
    kind: 'order',
    rows: packNumbers(Int32Array.from(ordered)),
    scores: packNumbers(Float32Array.from(scores)),
  })
}
