import type { Handlers } from '../../contract/define.ts'
import { packNumbers, unpackFloat32, unpackInt32 } from '../../base/packed-numbers.ts'
import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import type { AnswerOf } from '../../contract/label-questions.ts'
import type { labelling, OrderBy, ScoredItem } from '../../contract/labelling.ts'
import { GraftError } from '../../contract/errors.ts'
import { checkIds } from '../datasets/edit-parts.ts'
import { filterItems } from '../datasets/filter-items.ts'
import type { App } from '../session/app.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { insertDraws, listDraws } from '../store/labelling-repo.ts'
import { labelNumbers } from './label-numbers.ts'
import { classColumn, labelIndex, pathsOf, readyDataset, type AskedDataset, askedDataset } from './asked-dataset.ts'

type Order = Parameters<Handlers<typeof labelling>['order']>[0]

export function orderCalls(app: App): Pick<Handlers<typeof labelling>, 'order' | 'draw' | 'similar'> {
  return {
    order: (asked) =>
      asked.by === 'random' ? atRandom(askedDataset(app, asked.datasetId), asked) : byFeatures(app, asked),
    draw({ datasetId, column: name, count }) {
      const dataset = askedDataset(app, datasetId)
      const { session, state } = dataset
      const column = classColumn(state, name)
      const place = { dataset: state.row.key, field: column.id }
      const free = unlabelled(dataset, column, filterItems(session.db, state, {}))
      const drawn = new Set(listDraws(session.db, place).map(({ item }) => item))
      // What was drawn and passed over comes first: leaving out the hard ones would make the estimate too good.
      const waiting = free.filter((id) => drawn.has(id)).slice(0, count)
      const others = free.filter((id) => !drawn.has(id))
      const fresh = shuffle(others, seededRandom(0, app.ports.random.id(10))).slice(0, count - waiting.length)
      insertDraws(session.db, place, fresh)
      return { itemIds: [...waiting, ...fresh] }
    },
    async similar({ datasetId, itemIds = [], source, count }) {
      const dataset = readyDataset(app, datasetId)
      checkIds(dataset.state, itemIds)
      if (itemIds.length === 0 && source === undefined) throw nothingAsked()
      const file = source === undefined ? null : app.ports.sources.resolve(source)
      const rows = itemIds.map((id) => id - 1).filter((row) => !dataset.live.unreadable.has(row))
      if (rows.length === 0 && file === null) throw unreadable()
      // Of items that cannot be read nothing is known; they would come last.
      const answer = await dataset.live.ask({ kind: 'similar', rows, file, count })
      const items = scored(dataset, answer).map(({ score, ...one }) => ({ ...one, similarity: score }))
      return { items }
    },
  }
}

function atRandom(dataset: AskedDataset, { column: name, filter, count, seed }: Order) {
  const column = classColumn(dataset.state, name)
  const ids = unlabelled(dataset, column, filterItems(dataset.session.db, dataset.state, filter))
  const drawn = shuffle(ids, seededRandom(seed, 'order')).slice(0, count)
  const pathOf = pathsOf(dataset, drawn)
  return { items: drawn.map((item) => ({ item, path: pathOf(item), score: 0 })), note: null }
}

async function byFeatures(app: App, { datasetId, column: name, by, filter, count, seed }: Order) {
  const dataset = readyDataset(app, datasetId)
  const column = classColumn(dataset.state, name)
  // The process orders by its own head: it has to be the one of this column.
  const held = await dataset.live.settled(column)
  const { state, live } = dataset
  const among = filterItems(dataset.session.db, state, filter)
  const ids = by === 'disagreement' ? labelled(dataset, column, among) : unlabelled(dataset, column, among)
  if (ids.length === 0) return { items: [], note: null }
  if (held === null && by === 'disagreement') return { items: [], note: live.wanting(column) }
  const order: Exclude<OrderBy, 'random'> = held === null || by === 'random' ? 'novelty' : by
  const labels = packNumbers(labelNumbers(state, column, live.unreadable, false))
  const rows = packNumbers(Int32Array.from(ids, (id) => id - 1))
  const answer = await live.ask({ kind: 'order', by: order, rows, labels, count, seed })
  const note = order === by ? null : `Ordered by novelty: ${live.wanting(column) ?? 'there is no head.'}`
  return { items: scored(dataset, answer), note }
}

/** Rows with their scores as items, without those whose picture cannot be read. */
export function scored(
  dataset: AskedDataset,
  { rows, scores }: Pick<AnswerOf<'similar'>, 'rows' | 'scores'>,
): ScoredItem[] {
  const values = unpackFloat32(scores)
  const all = [...unpackInt32(rows)].map((row, i) => ({ row, score: values[i]! }))
  const items = all.filter(({ row }) => isItem(dataset, row)).map(({ row, score }) => ({ item: row + 1, score }))
  const pathOf = pathsOf(
    dataset,
    items.map(({ item }) => item),
  )
  return items.map(({ item, score }) => ({ item, path: pathOf(item), score }))
}

/** Of the dataset, and something is known of it. */
export function isItem({ state, live }: AskedDataset, row: number): boolean {
  return row >= 0 && row < state.row.items && live?.unreadable.has(row) !== true
}

function unlabelled(dataset: AskedDataset, column: StoredColumn, ids: Int32Array): number[] {
  const labelOf = labelIndex(dataset.state, column)
  return [...ids].filter((id) => labelOf(id - 1) === null && isItem(dataset, id - 1))
}

function labelled(dataset: AskedDataset, column: StoredColumn, ids: Int32Array): number[] {
  const labelOf = labelIndex(dataset.state, column)
  return [...ids].filter((id) => labelOf(id - 1) !== null && isItem(dataset, id - 1))
}

function nothingAsked(): GraftError {
  return new GraftError('E_INPUT', 'Expected `itemIds` or `source`. Received: neither.', {
    fix: 'Choose items, or a picture.',
  })
}

function unreadable(): GraftError {
  return new GraftError('E_DATASET_UNUSABLE', 'Expected a picture that can be read. Received: none of the items can.', {
    fix: 'Choose other items, or put the files back where they were.',
  })
}
