import { createHash } from 'node:crypto'
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
const planTexts = new WeakMap<ResolvedPlan, { readonly text: string; readonly hash: string }>()

function textOf(plan: ResolvedPlan): { readonly text: string; readonly hash: string } {
  const known = planTexts.get(plan)
  if (known !== undefined) return known
  const text = JSON.stringify(plan)
  const made = { text, hash: createHash('sha256').update(text).digest('hex') }
  planTexts.set(plan, made)
  return made
}

/** The key of a plan, which is stored once for all of its runs. */
function storePlan(db: Db, plan: ResolvedPlan): number {
  const { text, hash } = textOf(plan)
  const known = db.get<{ key: number }>('SELECT key FROM plans WHERE hash = ?', hash)
  return known?.key ?? db.insert('INSERT INTO plans (hash, plan) VALUES (?, ?)', hash, text)
}

function toSql(name: string, value: unknown): SqlValue {
  if (value === null) return null
  return PLAIN.includes(name) ? (value as SqlValue) : JSON.stringify(value)
}

export function insertDetails(db: Db, run: number, { plan, ...details }: RunDetails): void {
  const names = Object.keys(details) as (keyof typeof details)[]
  db.run(
    `INSERT INTO run_details (run, plan, plan_key, ${names.map((name) => COLUMNS[name]).join(', ')})
     VALUES (?, '', ?${', ?'.repeat(names.length)})`,
    run,
    storePlan(db, plan),
    ...names.map((name) => toSql(name, details[name])),
  )
}

export function updateDetails(db: Db, run: number, changes: Partial<Omit<RunDetails, 'plan'>>): void {
  const names = Object.keys(changes) as (keyof typeof changes)[]
  const sets = names.map((name) => `${COLUMNS[name]} = ?`).join(', ')
  db.run(`UPDATE run_details SET ${sets} WHERE run = ?`, ...names.map((name) => toSql(name, changes[name])), run)
}

export function readDetails(db: Db, run: number): RunDetails {
  const raw = db.get<Record<string, SqlValue>>(
    'SELECT d.*, p.plan AS shared FROM run_details d LEFT JOIN plans p ON p.key = d.plan_key WHERE d.run = ?',
    run,
  )
  if (raw === undefined) throw new Error(`run ${run} has no details`)
  const entries = Object.entries(COLUMNS).map(([name, column]) => {
    const value = (column === 'plan' ? raw['shared'] : null) ?? raw[column] ?? null
    return [name, PLAIN.includes(name) || value === null ? value : JSON.parse(value as string)]
  })
  return Object.fromEntries(entries) as unknown as RunDetails
}
