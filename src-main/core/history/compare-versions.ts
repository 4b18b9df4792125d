import type { VersionDifference } from '../../contract/history.ts'
import { type DatasetState, labelText, SPLITS } from '../store/dataset-state.ts'
import { fieldsOf } from '../store/tag-fields.ts'

/** As many items as a filter takes. */
const LISTED = 10_000

interface Group {
  readonly column: string | null
  readonly from: string | null
  readonly to: string | null
  count: number
  readonly itemIds: number[]
}

/** What the second of two states of one dataset has otherwise. Columns are known by their ids: names may differ. */
export function compareVersions(a: DatasetState, b: DatasetState): { items: number; differences: VersionDifference[] } {
  const groups = new Map<string, Group>()
  const touched = new Set<number>()
  const note = (id: number, column: string | null, from: string | null, to: string | null): void => {
    touched.add(id)
    const key = JSON.stringify([column, from, to])
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = { column, from, to, count: 0, itemIds: [] }))
    group.count += 1
    if (group.itemIds.length < LISTED) group.itemIds.push(id)
  }
  for (let place = 0; place < b.row.items; place++) {
    const [from, to] = [a.split[place] ?? 0, b.split[place] ?? 0]
    if (from !== to) note(place + 1, null, SPLITS[from] ?? 'train', SPLITS[to] ?? 'train')
  }
  for (const column of b.row.labelColumns) {
    const before = a.row.labelColumns.find(({ id }) => id === column.id)
    if (before === undefined) continue
    const [was, is] = [a.labels.get(column.id), b.labels.get(column.id)]
    for (let place = 0; place < b.row.items; place++) {
      if (fieldsOf(column).every((field) => isSame(a, b, field, place))) continue
      const isClass = column.type === 'classification'
      const from = isClass ? (labelText(before, was?.[place]) as string | null) : null
      const to = isClass ? (labelText(column, is?.[place]) as string | null) : null
      note(place + 1, column.name, from, to)
    }
  }
  return { items: touched.size, differences: [...groups.values()].sort((x, y) => y.count - x.count) }
}

function isSame(a: DatasetState, b: DatasetState, field: number, place: number): boolean {
  return Object.is(a.labels.get(field)?.[place] ?? Number.NaN, b.labels.get(field)?.[place] ?? Number.NaN)
}
