import type { Handlers } from '../../contract/define.ts'
import type { DuplicateGroup, labelling } from '../../contract/labelling.ts'
import { packNumbers } from '../../base/packed-numbers.ts'
import type { App } from '../session/app.ts'
import { columnNamed, labelText, SPLITS } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { labelNumbers } from './label-numbers.ts'
import { marksOf } from './mark-calls.ts'
import { isItem, scored } from './order-calls.ts'
import { classColumn, labelIndex, pathsOf, readyRoom, type Room } from './rooms.ts'

type Calls = 'duplicates' | 'suspicious' | 'outliers' | 'quality'
type Suspicious = Parameters<Handlers<typeof labelling>['suspicious']>[0]

export function auditCalls(app: App): Pick<Handlers<typeof labelling>, Calls> {
  return {
    async duplicates({ datasetId, similarity, perceptual, column: name }) {
      const room = readyRoom(app, datasetId)
      const column = name === undefined ? firstOfClasses(room) : classColumn(room.state, name)
      const { groups: found } = await room.live.ask({ kind: 'duplicates', similarity, perceptual })
      const groups = found.flatMap((group) => duplicateGroup(room, column, group) ?? [])
      const items = groups.reduce((sum, group) => sum + group.items.length, 0)
      return { groups, items, acrossSplits: groups.filter(({ acrossSplits }) => acrossSplits).length }
    },
    suspicious: (asked) => suspicious(readyRoom(app, asked.datasetId), asked),
    async outliers({ datasetId, count }) {
      const room = readyRoom(app, datasetId)
      return { items: scored(room, await room.live.ask({ kind: 'outliers', count })) }
    },
    async quality({ datasetId }) {
      const room = readyRoom(app, datasetId)
      const { faults } = await room.live.ask({ kind: 'quality' })
      const known = faults.filter(({ row }) => isItem(room, row))
      const pathOf = pathsOf(
        room,
        known.map(({ row }) => row + 1),
      )
      return { items: known.map(({ row, ...fault }) => ({ item: row + 1, path: pathOf(row + 1), ...fault })) }
    },
  }
}

function firstOfClasses({ state }: Room): StoredColumn | null {
  const first = state.row.labelColumns.find(({ type }) => type === 'classification')
  return first === undefined ? null : columnNamed(state, first.name)
}

/** null: fewer than two of its pictures can be read. */
function duplicateGroup(
  room: Room,
  column: StoredColumn | null,
  { rows, similarity }: { rows: readonly number[]; similarity: number },
): DuplicateGroup | null {
  const { state } = room
  const ids = rows.filter((row) => isItem(room, row)).map((row) => row + 1)
  if (ids.length < 2) return null
  const pathOf = pathsOf(room, ids)
  const items = ids.map((item) => {
    const text = column === null ? null : labelText(column, state.labels.get(column.id)?.[item - 1])
    const label = text === null ? null : String(text)
    return { item, path: pathOf(item), split: SPLITS[state.split[item - 1] ?? 0]!, label }
  })
  return { items, similarity, acrossSplits: new Set(items.map(({ split }) => split)).size > 1 }
}

async function suspicious(room: ReturnType<typeof readyRoom>, { column: name, count, kept }: Suspicious) {
  const { live, state } = room
  const column = classColumn(state, name)
  const labels = labelNumbers(state, column, live.unreadable, false)
  const classes = column.classes.length
  const answer = await live.ask({ kind: 'suspicious', classes, labels: packNumbers(labels), seed: 0 })
  // Since it was asked, labels may have changed and classes have been renamed or taken away.
  const now = classColumn(state, name)
  const labelOf = labelIndex(state, now)
  const nameOf = (index: number): string => now.classes[index] ?? ''
  const isKept = new Set(kept ? [] : marksOf(room, now).flatMap(({ item, mark }) => (mark === 'kept' ? [item] : [])))
  const found = answer.labels.filter(
    ({ row, given, suggested }) =>
      isItem(room, row) && labelOf(row) === given && !isKept.has(row + 1) && suggested < now.classes.length,
  )
  const page = found.slice(0, count)
  const pathOf = pathsOf(
    room,
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
