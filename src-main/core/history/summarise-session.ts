import type { HistoryEntry } from '../../contract/history.ts'
import type { Piecewise } from '../../base/piecewise.ts'
import { plural } from '../../base/plural.ts'
import { getChange, type SchemaState } from '../store/changes-repo.ts'
import type { Db } from '../store/database.ts'
import { type DatasetState, SPLITS } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { effectsOf, schemaChanges } from '../store/history-repo.ts'
import { SPLIT_FIELD } from '../store/values-repo.ts'
import type { Session } from './fold-history.ts'

export type Summary = Pick<HistoryEntry, 'column' | 'title' | 'items' | 'labels'>

const PIECE = 4000
/** So many classes are named in a title. */
const NAMED = 3
const KEPT = 200
const kept = new WeakMap<DatasetState, Map<string, Summary>>()

/** What a session came to. Changes never change: it is worked out once for a range of versions. */
export function* summariseSession(db: Db, state: DatasetState, session: Session): Piecewise<Summary> {
  const known = kept.get(state) ?? new Map<string, Summary>()
  kept.set(state, known)
  const key = `${session.first}-${session.last}`
  const found = known.get(key)
  if (found !== undefined) return found
  const summary = yield* summarise(db, state, session)
  if (known.size >= KEPT) known.delete(known.keys().next().value as string)
  known.set(key, summary)
  return summary
}

function* summarise(db: Db, state: DatasetState, session: Session): Piecewise<Summary> {
  const { key } = state.row
  const ends = yield* netEffect(db, key, session)
  const schema = schemaAt(db, state, session.last)
  const column = schema.labelColumns.find(({ id }) => id === session.field) ?? null
  const labels = column?.type === 'classification' ? countLabels(column, ends) : []
  const single = session.first === session.last ? getChange(db, key, session.first)?.change : undefined
  const isOnly = schema.labelColumns.length < 2
  const title = single ?? titleOf(session, { column, labels, ends, isOnly })
  return { column: column?.name ?? null, title, items: ends.size, labels }
}

/** The last value of each item that is not as it was before. */
function* netEffect(db: Db, dataset: number, { first, last, field }: Session): Piecewise<Map<number, number>> {
  const wanted = field ?? SPLIT_FIELD
  const before = new Map<number, number>()
  const after = new Map<number, number>()
  for (let from = first; from <= last; from += PIECE) {
    for (const effect of effectsOf(db, dataset, from, Math.min(last, from + PIECE - 1))) {
      if (effect.field !== wanted) continue
      for (const [i, id] of effect.ids.entries()) {
        if (!before.has(id)) before.set(id, effect.before[i] as number)
        after.set(id, effect.after[i] as number)
      }
    }
    yield
  }
  for (const [id, value] of before) if (Object.is(value, after.get(id))) after.delete(id)
  return after
}

/** Columns as they were called at a version. */
function schemaAt(db: Db, state: DatasetState, version: number): SchemaState {
  if (version >= state.row.version) return state.row
  return schemaChanges(db, state.row.key, version)[0]?.before ?? state.row
}

function countLabels(column: StoredColumn, ends: ReadonlyMap<number, number>): Summary['labels'] {
  const counts = new Map<string | null, number>()
  for (const value of ends.values()) {
    const name = column.classes[value] ?? null
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
}

interface Facts {
  readonly column: StoredColumn | null
  readonly labels: Summary['labels']
  readonly ends: ReadonlyMap<number, number>
  readonly isOnly: boolean
}

function titleOf({ kind, first, last }: Session, { column, labels, ends, isOnly }: Facts): string {
  const items = plural(ends.size, 'item')
  const changes = plural(last - first + 1, 'change')
  if (kind === 'columns') return `${changes} of label columns and classes`
  if (kind === 'splits') {
    return ends.size === 0 ? 'Moved items between splits and back' : `Moved ${items}: ${splitCounts(ends)}`
  }
  const where = column === null ? ' of a column that is gone' : isOnly ? '' : ` in “${column.name}”`
  if (ends.size === 0) return `${changes}${where} that came to nothing`
  if (column?.type !== 'classification') return `Set ${column?.name ?? 'labels'} of ${items}`
  const all = labels.every(({ value }) => value === null)
  return all ? `Took the label of ${items} away${where}` : `Labelled ${items}${where}: ${labelCounts(labels)}`
}

function labelCounts(labels: Summary['labels']): string {
  const named = labels.slice(0, NAMED).map(({ value, count }) => `${count.toLocaleString('en')} ${value ?? 'no label'}`)
  const more = labels.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${plural(more, 'more class', 'more classes')}` : ''}`
}

function splitCounts(ends: ReadonlyMap<number, number>): string {
  const values = [...ends.values()]
  return SPLITS.map((split, index) => ({ split, count: values.filter((value) => value === index).length }))
    .filter(({ count }) => count > 0)
    .map(({ split, count }) => `${count.toLocaleString('en')} to ${split}`)
    .join(', ')
}
