import type { ResolvedPlan } from '../../contract/models.ts'
import type { RunDetail, WeightChange } from '../../contract/runs.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { WeightsRef } from '../../contract/trainer.ts'
import type { Db, SqlValue } from './database.ts'

/** The large parts of a run. */
export interface RunDetails {
  readonly spec: ExperimentSpec
  readonly plan: ResolvedPlan
  readonly heads: RunDetail['heads']
  readonly environment: Record<string, string>
  readonly weightChange: WeightChange[]
  readonly cache: RunDetail['cache']
  /** Starting weights; null: every layer is fresh. */
  readonly weights: WeightsRef | null
  readonly modelSha256: string | null
  /** Multiply-adds of the whole training. */
  readonly work: number | null
}

const COLUMNS = {
  spec: 'spec',
  plan: 'plan',
  heads: 'heads',
  environment: 'environment',
  weightChange: 'weight_change',
  cache: 'cache',
  weights: 'weights',
  modelSha256: 'model_sha256',
  work: 'work',
} as const
/** Stored as they are; the rest is JSON. */
const PLAIN: readonly string[] = ['modelSha256', 'work']

/** Runs of a study share plans of up to a megabyte; a plan never changes once it is made. */
const planTexts = new WeakMap<object, string>()

function planText(plan: object): string {
  let text = planTexts.get(plan)
  if (text === undefined) planTexts.set(plan, (text = JSON.stringify(plan)))
  return text
}

function toSql(name: string, value: unknown): SqlValue {
  if (value === null || value === undefined) return null
  if (PLAIN.includes(name)) return value as SqlValue
  return name === 'plan' ? planText(value) : JSON.stringify(value)
}

export function insertDetails(db: Db, run: number, details: RunDetails): void {
  const names = Object.keys(COLUMNS) as (keyof RunDetails)[]
  db.run(
    `INSERT INTO run_details (run, ${names.map((name) => COLUMNS[name]).join(', ')}) VALUES (?${', ?'.repeat(names.length)})`,
    run,
    ...names.map((name) => toSql(name, details[name])),
  )
}

export function updateDetails(db: Db, run: number, changes: Partial<RunDetails>): void {
  const names = Object.keys(changes) as (keyof RunDetails)[]
  const sets = names.map((name) => `${COLUMNS[name]} = ?`).join(', ')
  db.run(`UPDATE run_details SET ${sets} WHERE run = ?`, ...names.map((name) => toSql(name, changes[name])), run)
}

export function readDetails(db: Db, run: number): RunDetails {
  const raw = db.get<Record<string, SqlValue>>('SELECT * FROM run_details WHERE run = ?', run)
  if (raw === undefined) throw new Error(`run ${run} has no details`)
  const entries = Object.entries(COLUMNS).map(([name, column]) => {
    const value = raw[column] ?? null
    return [name, PLAIN.includes(name) || value === null ? value : JSON.parse(value as string)]
  })
  return Object.fromEntries(entries) as unknown as RunDetails
}
