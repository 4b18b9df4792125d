import type { Handlers } from '../../contract/define.ts'
import type { DuplicateGroup, labelling } from '../../contract/labelling.ts'
import { packNumbers } from '../../base/packed-numbers.ts'
import type { App } from '../session/app.ts'
import { columnNamed, labelText, SPLITS } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { labelNumbers } from './label-numbers.ts'
import { marksOf } from './mark-calls.ts'
import { isItem, scored } from './order-calls.ts'
import { classColumn, labelIndex, pathsOf, readyDataset, type AskedDataset } from './asked-dataset.ts'

type Calls = 'duplicates' | 'suspicious' | 'outliers' | 'quality'
type Suspicious = Parameters<Handlers<typeof labelling>['suspicious']>[0]

export function auditCalls(app: App): Pick<Handlers<typeof labelling>, Calls> {
  return {
    async duplicates({ datasetId, similarity, perceptual, column: name }) {
      const dataset = readyDataset(app, datasetId)
      const column = name === undefined ? firstOfClasses(dataset) : classColumn(dataset.state, name)
      const { groups: found } = await dataset.live.ask({ kind: 'duplicates', similarity, perceptual })
      const groups = found.flatMap((group) => duplicateGroup(dataset, column, group) ?? [])
      const items = groups.reduce((sum, group) => sum + group.items.length, 0)
      return { groups, items, acrossSplits: groups.filter(({ acrossSplits }) => acrossSplits).length }
    },
    suspicious: (asked) => suspicious(readyDataset(app, asked.datasetId), asked),
    async outliers({ datasetId, count }) {
      const dataset = readyDataset(app, datasetId)
      return { items: scored(dataset, await dataset.live.ask({ kind: 'outliers', count })) }
    },
    async quality({ datasetId }) {
      const dataset = readyDataset(app, datasetId)
      const { faults } = await dataset.live.ask({ kind: 'quality' })
      const known = faults.filter(({ row }) => isItem(dataset, row))
      const pathOf = pathsOf(
        dataset,
        known.map(({ row }) => row + 1),
      )
      return { items: known.map(({ row, ...fault }) => ({ item: row + 1, path: pathOf(row + 1), ...fault })) }
    },
  }
}

function firstOfClasses({ state }: AskedDataset): StoredColumn | null {
  const first = state.row.labelColumns.find(({ type }) => type === 'classification')
  return first === undefined ? null : columnNamed(state, first.name)
}

/** null: fewer than two of its pictures can be read. */
function duplicateGroup(
  dataset: AskedDataset,
  column: StoredColumn | null,
  { rows, similarity }: { rows: readonly number[]; similarity: number },
): DuplicateGroup | null {
  const { state } = dataset
  const ids = rows.filter((row) => isItem(dataset, row)).map((row) => row + 1)
  if (ids.length < 2) return null
  const pathOf = pathsOf(dataset, ids)
  const items = ids.map((item) => {
    const text = column === null ? null : labelText(column, state.labels.get(column.id)?.[item - 1])
    const label = text === null ? null : String(text)
    return { item, path: pathOf(item), split: SPLITS[state.split[item - 1] ?? 0]!, label }
  })
  return { items, similarity, acrossSplits: new Set(items.map(({ split }) => split)).size > 1 }
}

async function suspicious(dataset: ReturnType<typeof readyDataset>, { column: name, count, kept }: Suspicious) {
  const { live, state } = dataset
  const column = classColumn(state, name)
  const labels = labelNumbers(state, column, live.unreadable, false)
  const classes = column.classes.length
  const answer = await live.ask({ kind: 'suspicious', classes, labels: packNumbers(labels), seed: 0 })
  // Since it was asked, labels may have changed and classes have been renamed or taken away.
  const now = classColumn(state, name)
  const labelOf = labelIndex(state, now)
  const nameOf = (index: number): string => now.classes[index] ?? ''
  const isKept = new Set(kept ? [] : marksOf(dataset, now).flatMap(({ item, mark }) => (mark === 'kept' ? [item] : [])))
  const found = answer.labels.filter(
    ({ row, given, suggested }) =>
      isItem(dataset, row) && labelOf(row) === given && !isKept.has(row + 1) && suggested < now.classes.length,
  )
  const page = found.slice(0, count)
  const pathOf = pathsOf(
    dataset,
    page.map(({ row }) => row + 1),
  )
  return {
    labels: page.map(({ row, given, suggested, score }) => ({
      item: row + 1,
      path: pathOf(row + 1),
      split: SPLITS[state.split[row] ?? 0]!,
      given: nameOf(given),
      suggested: nameOf(suggested),
      score,
    })),
    total: found.length,
    examined: answer.examined,
    confused: answer.confused
      .filter(({ given, suggested }) => Math.max(given, suggested) < now.classes.length)
      .map((pair) => ({ ...pair, given: nameOf(pair.given), suggested: nameOf(pair.suggested) })),
    note: answer.note,
  }
}
