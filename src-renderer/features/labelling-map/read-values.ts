import type { Item, ItemFilter, Split } from '@contract/datasets.ts'
import { client } from '../../app/client.ts'
import { SPLIT_NAMES, SPLITS } from '../data/splits.ts'
import type { PointValues } from './map-colouring.ts'
import { unpackShorts } from './unpack.ts'

/** Of which dataset and label column, and how many items there are: point i is item i + 1. */
export interface ValuesOf {
  readonly datasetId: string
  readonly column: string
  readonly items: number
}

const PAGE = 1000
/** Questions under way at one time. */
const ABREAST = 4

/** Class of each item, by one list of items a class. */
export async function labelValues(of: ValuesOf, classes: readonly string[]): Promise<PointValues> {
  return byFilter(
    of,
    classes,
    classes.map((label) => ({ column: of.column, label })),
  )
}

export async function splitValues(of: ValuesOf): Promise<PointValues> {
  return byFilter(
    of,
    SPLITS.map((split) => SPLIT_NAMES[split]),
    SPLITS.map((split) => ({ split })),
  )
}

async function byFilter(
  { datasetId, items }: ValuesOf,
  names: readonly string[],
  filters: readonly ItemFilter[],
): Promise<PointValues> {
  const values = new Int16Array(items).fill(-1)
  for (let from = 0; from < filters.length; from += ABREAST) {
    const lists = await Promise.all(
      filters.slice(from, from + ABREAST).map((filter) => client.call('datasets.itemIds', { datasetId, filter })),
    )
    lists.forEach((ids, at) => ids.forEach((id) => (values[id - 1] = from + at)))
  }
  return { names, values }
}

/** The values of a few items anew, in the same names; null: one has a value that these names do not know. */
export async function renewed(
  of: ValuesOf,
  before: PointValues,
  ids: readonly number[],
  nameOf: (item: Item) => string | null,
): Promise<PointValues | null> {
  const values = before.values.slice()
  for (let from = 0; from < ids.length; from += PAGE) {
    const part = ids.slice(from, from + PAGE)
    const page = await client.call('datasets.items', {
      datasetId: of.datasetId,
      filter: { ids: part },
      offset: 0,
      limit: PAGE,
    })
    for (const item of page.items) {
      const name = nameOf(item)
      const value = name === null ? -1 : before.names.indexOf(name)
      if (name !== null && value < 0) return null
      values[item.id - 1] = value
    }
  }
  return { names: before.names, values }
}

export async function suggestionValues({ datasetId, column, items }: ValuesOf): Promise<PointValues> {
  const { classes, best } = await client.call('labelling.allSuggestions', { datasetId, column })
  const values = new Int16Array(items).fill(-1)
  values.set(unpackShorts(best).subarray(0, items))
  return { names: classes, values }
}

/** What a run predicted for the column, and whether that is what the item's label was then. */
export async function predictionValues(
  { column, items }: ValuesOf,
  runId: string,
  onProgress: (done: number) => void,
): Promise<{ predicted: PointValues; right: PointValues }> {
  const { heads } = await client.call('runs.get', { runId })
  const head = heads.find((one) => one.column === column && one.type === 'classification')
  const predicted = new Int16Array(items).fill(-1)
  const right = new Int16Array(items).fill(-1)
  const names = head?.classes ?? []
  let done = 0
  for (const split of head === undefined ? [] : SPLITS) {
    for await (const one of predictions(runId, split, head!.name)) {
      onProgress(++done)
      if (one.itemId > items) continue
      predicted[one.itemId - 1] = names.indexOf(String(one.predicted))
      if (one.expected !== null) right[one.itemId - 1] = one.expected === one.predicted ? 0 : 1
    }
  }
  return { predicted: { names, values: predicted }, right: { names: ['Right', 'Wrong'], values: right } }
}

async function* predictions(runId: string, split: Split, head: string) {
  for (let offset = 0; ; offset += PAGE) {
    const page = await client.call('runs.predictions', { runId, split, head, offset, limit: PAGE })
    yield* page.predictions
    if (offset + PAGE >= page.total || page.predictions.length === 0) return
  }
}
