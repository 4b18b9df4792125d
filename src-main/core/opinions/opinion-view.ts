import type { Opinion, OpinionDecision } from '../../contract/opinions.ts'
import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'
import { type OpinionItem, opinionItems, type OpinionRow } from '../store/opinions-repo.ts'
import { classNames } from './class-names.ts'

/** A drawn item with its labels as they are called now. */
export interface NamedItem {
  readonly item: number
  /** null: the class is gone. */
  readonly first: string | null
  /** null: not answered, or the class is gone. */
  readonly second: string | null
  readonly isAnswered: boolean
  /** The label that the dataset has now. */
  readonly now: string | null
  readonly decision: OpinionDecision | null
}

export interface NamedOpinion {
  readonly row: OpinionRow
  /** null: it is gone. */
  readonly column: StoredColumn | null
  readonly items: readonly NamedItem[]
}

export function namedOpinion(db: Db, state: DatasetState, row: OpinionRow): NamedOpinion {
  const column = state.row.labelColumns.find(({ id }) => id === row.field) ?? null
  const nameOf = classNames(db, state, row.field, row.version)
  const values = state.labels.get(row.field)
  const name = (entry: OpinionItem): NamedItem => {
    const second = entry.second === null ? null : nameOf(entry.second, entry.version ?? row.version)
    const now = column?.classes[values?.[entry.item - 1] ?? Number.NaN] ?? null
    const first = nameOf(entry.first, row.version)
    const isAnswered = entry.second !== null
    return {
      item: entry.item,
      first,
      second,
      isAnswered,
      now,
      decision: decisionOf(entry.decision, first, second, now),
    }
  }
  return { row, column, items: opinionItems(db, row.key).map(name) }
}

/** The label itself says whether the second one was taken: an undo, or a change in the grid, is a decision too. */
function decisionOf(
  stored: OpinionDecision | null,
  first: string | null,
  second: string | null,
  now: string | null,
): OpinionDecision | null {
  if (second !== null && now === second && first !== second) return 'taken'
  return stored === 'taken' ? null : stored
}

export function toOpinion(state: DatasetState, { row, column, items }: NamedOpinion): Opinion {
  const count = (test: (item: NamedItem) => boolean): number => items.filter(test).length
  return {
    id: row.id,
    datasetId: state.row.id,
    name: row.name,
    column: column?.name ?? row.columnName,
    version: row.version,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    drawn: items.length,
    answered: count(({ isAnswered }) => isAnswered),
    pool: row.pool,
    seed: row.seed,
    // What was taken from this very pass is no surprise.
    changedSince: count(({ first, now, decision }) => first !== null && now !== first && decision !== 'taken'),
    lost: count(({ first, second, isAnswered }) => first === null || (isAnswered && second === null)),
    isColumnGone: column === null,
  }
}
