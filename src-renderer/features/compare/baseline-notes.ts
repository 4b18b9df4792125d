import type { DatasetStatistics } from '@contract/datasets.ts'
import type { Run } from '@contract/runs.ts'
import { formatPercent } from '../../ui/format.ts'
import { isHigherBetter, isShare, parseMetric } from '../runs/metric-name.ts'

export interface BaselineNote {
  readonly text: string
  readonly tone: 'neutral' | 'warn'
}

export interface BaselineOptions {
  /** Runs that were measured on other data. */
  readonly apart: { has(id: string): boolean }
  /** Runs of one key differ in nothing but their seed. */
  readonly planOf: (run: Run) => string
  /** Of the runs' dataset at their version; null: not known (any more). */
  readonly statistics: DatasetStatistics | null
}

/** Nothing of it was reused: what transfer has to beat. */
export function isFromScratch({ parameters }: Pick<Run, 'parameters'>): boolean {
  return parameters.total > 0 && parameters.fresh === parameters.total
}

/** How drawn runs stand to the baselines of every comparison: fresh weights (a warning where transfer hurts, a hint where no such run
 *  is drawn) and the most common class as the answer to everything. */
export function baselineNotes(runs: readonly Run[], metric: string, options: BaselineOptions): BaselineNote[] {
  const fair = runs.filter((run) => run.metrics[metric] !== undefined && !options.apart.has(run.id))
  if (fair.length === 0) return []
  return [...scratchNotes(fair, metric, options.planOf), ...majorityNotes(fair, metric, options.statistics)]
}

interface Group {
  readonly name: string
  readonly isScratch: boolean
  readonly values: number[]
}

function scratchNotes(runs: readonly Run[], metric: string, planOf: (run: Run) => string): BaselineNote[] {
  const groups = groupByPlan(runs, metric, planOf)
  const sign = isHigherBetter(metric) ? 1 : -1
  const [scratch] = groups.filter((one) => one.isScratch).sort((a, b) => sign * (mean(b.values) - mean(a.values)))
  const transfers = groups.filter((one) => !one.isScratch)
  if (transfers.length === 0) return []
  if (scratch === undefined) {
    const text = 'No run from fresh weights among these: whether transfer helps, or hurts, they do not show.'
    return [{ text, tone: 'neutral' }]
  }
  return transfers.flatMap((one) => {
    const behind = sign * (mean(scratch.values) - mean(one.values))
    if (behind <= 0) return []
    const error = standardError(one.values, scratch.values)
    if (error === null) {
      const text = `“${one.name}” is ${amount(metric, behind)} behind fresh weights (“${scratch.name}”) with one seed: transfer may hurt, which more seeds would show.`
      return [{ text, tone: 'warn' as const }]
    }
    // Two standard errors, as in the verdict.
    if (behind <= 2 * error) return []
    const text = `Transfer hurts: “${one.name}” is ${amount(metric, behind)} behind fresh weights (“${scratch.name}”).`
    return [{ text, tone: 'warn' as const }]
  })
}

function majorityNotes(runs: readonly Run[], metric: string, statistics: DatasetStatistics | null): BaselineNote[] {
  const { split, metric: word, head } = parseMetric(metric)
  const column = statistics?.columns.find((one) => head === null || one.name === head)
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
  if (word !== 'accuracy' || split === null || column === undefined || column.classes.length === 0) return []
  const common = [...column.classes].sort((a, b) => b.train - a.train)[0]
  const all = sum(column.classes.map((one) => one[split]))
  if (common === undefined || all === 0) return []
  const share = common[split] / all
  const answer = `Always answering “${common.name}”, the most common class, reaches ${formatPercent(share, 1)}`
  const names = runs.filter((run) => (run.metrics[metric]?.kept ?? 1) <= share).map((run) => `“${run.name}”`)
  if (names.length === 0) return [{ text: `${answer}.`, tone: 'neutral' }]
  const some =
    names.length > 3 ? `${names.length} runs are` : `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`
  return [{ text: `${answer}: ${some} no better.`, tone: 'warn' }]
}

function groupByPlan(runs: readonly Run[], metric: string, planOf: (run: Run) => string): Group[] {
  const groups = new Map<string, Group>()
  for (const run of runs) {
    const key = planOf(run)
    const group = groups.get(key) ?? { name: run.name, isScratch: isFromScratch(run), values: [] }
    group.values.push(run.metrics[metric]?.kept ?? NaN)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Of the difference of two means; null: one of them is a single value. */
function standardError(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2 || b.length < 2) return null
  return Math.sqrt(variance(a) / a.length + variance(b) / b.length)
}

function variance(values: readonly number[]): number {
  const centre = mean(values)
  return values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1)
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

function amount(metric: string, value: number): string {
  return isShare(metric) ? `${(value * 100).toFixed(1)} points` : String(Number(value.toPrecision(3)))
}
