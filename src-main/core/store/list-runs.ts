import { betterSign } from '../../contract/metric-facts.ts'
import type { Run, RunFilter } from '../../contract/runs.ts'
import type { Db, SqlValue } from './database.ts'
import { metricKey, metricsOf } from './metrics-repo.ts'
import { assembleRun, type RunRow } from './runs-repo.ts'

/** Fields of Run that can be sorted by, and where they stand. */
const SORTS: Readonly<Record<string, string>> = {
  name: 'r.name COLLATE NOCASE',
  status: 'r.status',
  createdAt: 'r.created_at',
  startedAt: 'r.started_at',
  finishedAt: 'r.finished_at',
  dataset: 'r.dataset_name COLLATE NOCASE',
  base: 'r.base',
  strategy: 'r.strategy',
  seed: 'r.seed',
  epochs: 'r.epochs',
  epochsDone: 'r.epochs_done',
  progress: 'r.progress',
  seconds: 'r.seconds',
  starred: 'r.starred',
  colour: 'r.colour',
  parameters: 'r.parameters_total',
  'parameters.total': 'r.parameters_total',
  'parameters.trainable': 'r.parameters_trainable',
  'parameters.frozen': 'r.parameters_frozen',
  'parameters.fresh': 'r.parameters_fresh',
}

export const SORT_FIELDS: readonly string[] = Object.keys(SORTS)

export interface RunQuery {
  readonly filter: RunFilter
  /** One of SORT_FIELDS, or `metrics.<name>` (value of the saved weights). */
  readonly sort: string
  /** Without it: the best first of a metric, the largest or latest first of everything else. */
  readonly descending?: boolean | undefined
  readonly offset: number
  readonly limit: number
}

/** null: `sort` names nothing that can be sorted by. Runs without the value come last. */
export function listRuns(db: Db, query: RunQuery): { total: number; runs: Run[] } | null {
  const order = orderOf(db, query)
  if (order === null) return null
  const { where, params } = conditions(query.filter)
  const total = db.get<{ count: number }>(`SELECT count(*) AS count FROM runs r ${where}`, ...params)?.count ?? 0
  const rows = db.all<RunRow>(
    `SELECT r.* FROM runs r ${order.join} ${where} ORDER BY ${order.by} LIMIT ? OFFSET ?`,
    ...params,
    query.limit,
    query.offset,
  )
  const metrics = metricsOf(
    db,
    rows.map((row) => row.key),
  )
  return { total, runs: rows.map((row) => assembleRun(row, metrics.get(row.key) ?? {})) }
}

function orderOf(db: Db, query: RunQuery): { join: string; by: string } | null {
  const isMetric = query.sort.startsWith('metrics.')
  const direction = (query.descending ?? !(isMetric && betterSign(query.sort) < 0)) ? 'DESC' : 'ASC'
  if (isMetric) {
    const metric = metricKey(db, query.sort.slice('metrics.'.length)) ?? -1
    return {
      join: `LEFT JOIN run_metrics m ON m.run = r.key AND m.metric = ${metric}`,
      by: `coalesce(m.kept, m.last) ${direction} NULLS LAST, r.key DESC`,
    }
  }
  const column = Object.hasOwn(SORTS, query.sort) ? SORTS[query.sort] : undefined
  return column === undefined ? null : { join: '', by: `${column} ${direction} NULLS LAST, r.key ${direction}` }
}

function conditions(filter: RunFilter): { where: string; params: SqlValue[] } {
  const parts: string[] = []
  const params: SqlValue[] = []
  const add = (sql: string, ...values: SqlValue[]): void => {
    parts.push(sql)
    params.push(...values)
  }
  if (filter.status !== undefined) add('r.status IN (SELECT value FROM json_each(?))', JSON.stringify(filter.status))
  if (filter.ids !== undefined) add('r.id IN (SELECT value FROM json_each(?))', JSON.stringify(filter.ids))
  if (filter.starred !== undefined) add('r.starred = ?', filter.starred ? 1 : 0)
  if (filter.tag !== undefined) add('EXISTS (SELECT 1 FROM json_each(r.tags) WHERE value = ?)', filter.tag)
  if (filter.dataset !== undefined) add('(r.dataset_id = ? OR r.dataset_name = ?)', filter.dataset, filter.dataset)
  if (filter.search !== undefined && filter.search !== '') {
    const pattern = `%${filter.search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
    const fields = ['r.name', 'r.base', 'r.strategy', 'r.dataset_name', 'r.notes', 'r.tags']
    add(`(${fields.map((field) => `${field} LIKE ? ESCAPE '\\'`).join(' OR ')})`, ...fields.map(() => pattern))
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, params }
}
