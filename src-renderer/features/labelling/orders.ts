import type { OrderBy } from '@contract/labelling.ts'

export type OrderChoice = 'imported' | OrderBy

interface OrderRow {
  readonly value: OrderChoice
  readonly label: string
  /** In a sentence, for the tooltip. */
  readonly meaning: string
  /** How many are shown at once: a batch, after which the order is worth renewing. */
  readonly count: number
  /** Where no head has learnt yet there is nothing to ask. */
  readonly needsHead: boolean
}

/** How the grid can be put in order. A batch stays as it is under the user's hands. */
export const ORDERS: readonly OrderRow[] = [
  { value: 'imported', label: 'As imported', meaning: 'All items.', count: 0, needsHead: false },
  {
    value: 'uncertainty',
    label: 'Uncertain first',
    meaning: 'Without a label, and the two most probable classes are nearly equal.',
    count: 100,
    needsHead: false,
  },
  {
    value: 'novelty',
    label: 'Novel first',
    meaning: 'Without a label, and far from everything that has one.',
    count: 100,
    needsHead: false,
  },
  {
    value: 'mixed',
    label: 'Uncertain and spread out',
    meaning: 'Without a label, uncertain, and not like each other.',
    count: 50,
    needsHead: false,
  },
  {
    value: 'disagreement',
    label: 'Disagreement',
    meaning: 'Labelled items whose label the model finds least probable.',
    count: 1000,
    needsHead: true,
  },
  {
    value: 'random',
    label: 'At random',
    meaning: 'Without a label, drawn at random: their labels estimate the accuracy.',
    count: 50,
    needsHead: false,
  },
]

export function orderRow(choice: OrderChoice): OrderRow {
  return ORDERS.find((one) => one.value === choice) ?? ORDERS[0]!
}
