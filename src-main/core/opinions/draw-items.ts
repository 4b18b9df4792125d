import { plural } from '../../base/plural.ts'
import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import { GraftError } from '../../contract/errors.ts'
import { columnNamed, type DatasetState } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'

/** Without a wish. */
const USUAL = 100

export interface Draw {
  readonly column: StoredColumn
  readonly pool: number
  readonly drawn: { item: number; first: number }[]
}

/** So many labelled items at random, without putting back: the same for the same seed, labels and version. */
export function drawItems(
  state: DatasetState,
  { column: name, count, share, seed }: { column: string; count?: number; share?: number; seed: number },
): Draw {
  const column = requireClasses(state, name)
  const values = state.labels.get(column.id) ?? new Float64Array()
  const labelled: number[] = []
  for (let place = 0; place < values.length; place++) if (!Number.isNaN(values[place])) labelled.push(place + 1)
  if (labelled.length === 0) {
    throw new GraftError('E_DATASET_LABEL', `Expected items with a label in ${name}. Received: none has one.`, {
      fix: 'Label some items first: a second opinion is compared with the first.',
    })
  }
  const wanted = count ?? (share === undefined ? Math.min(USUAL, labelled.length) : Math.round(share * labelled.length))
  if (wanted < 1 || wanted > labelled.length) {
    throw new GraftError(
      'E_INPUT',
      `Expected from 1 to ${labelled.length.toLocaleString('en')} items to draw: so many have a label. Received: ${wanted}.`,
      { fix: `Draw at most ${plural(labelled.length, 'item')}.` },
    )
  }
  const drawn = shuffle(labelled, seededRandom(seed, 'second-opinion')).slice(0, wanted)
  return {
    column,
    pool: labelled.length,
    drawn: drawn.map((item) => ({ item, first: values[item - 1] as number })),
  }
}

function requireClasses(state: DatasetState, name: string): StoredColumn {
  const column = columnNamed(state, name)
  if (column?.type === 'classification') return column
  const names = state.row.labelColumns.filter(({ type }) => type === 'classification').map((one) => one.name)
  throw new GraftError(
    'E_DATASET_LABEL',
    `Expected a label column with one class per item. Received: ${name}. Available: ${names.join(', ') || 'none'}.`,
    { fix: 'Choose one of them.' },
  )
}
