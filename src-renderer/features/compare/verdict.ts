import type { Run } from '@contract/runs.ts'
import { formatNumber } from '../../ui/format.ts'
import { formatMetric, isHigherBetter, isShare, metricWord, parseMetric } from '../runs/metric-name.ts'

export interface Verdict {
  readonly text: string
  readonly tone: 'neutral' | 'warn'
}

export interface VerdictOptions {
  /** Runs that were measured on other data. */
  readonly apart: { has(id: string): boolean }
  /** Runs of one key differ in nothing but their seed. */
  readonly planOf: (run: Run) => string
}

interface Group {
  readonly strategy: string
  readonly name: string
  readonly values: number[]
  readonly seeds: number
  readonly run: Run
}

/** One sentence on which plan did better, by how much, and how far that can be trusted. Runs of other data (`apart`) are
 *  named, not judged. */
export function verdict(runs: readonly Run[], metric: string, more: VerdictOptions): Verdict | null {
  const { apart } = more
  const measured = runs.filter((run) => run.metrics[metric] !== undefined)
  const fair = measured.filter((run) => !apart.has(run.id))
  const left = measured.filter((run) => apart.has(run.id))
  if (measured.length < 2) return null
  if (fair.length < 2) return { text: 'No verdict: these runs were not measured on the same data.', tone: 'warn' }
  const groups = groupByPlan(fair, metric, more.planOf).sort(
    (a, b) => order(metric) * (mean(b.values) - mean(a.values)),
  )
  const [best, next] = groups
  if (best === undefined) return null
  const text = next === undefined ? spreadSentence(best, metric) : sentence(best, next, metric)
  if (left.length === 0) return { text, tone: 'neutral' }
  const names = left.length === 1 ? `“${left[0]?.name ?? ''}” is` : `${left.length} runs are`
  return { text: `${text} ${names} left out: other data.`, tone: 'neutral' }
}

function sentence(best: Group, next: Group, metric: string): string {
  const difference = Math.abs(mean(best.values) - mean(next.values))
  const where = measure(metric)
  if (difference === 0)
    return `${title(best, next)} and ${title(next, best)} are equal in ${where} (${formatMetric(metric, mean(best.values))}).`
  const proof = certainty(best, next, difference)
  return `${capital(title(best, next))} is ${amount(metric, difference)} better than ${title(next, best)} in ${where}; ${proof}.`
}

function certainty(best: Group, next: Group, difference: number): string {
  if (best.values.length < 2 || next.values.length < 2) {
    const [a, b] = [best.seeds, next.seeds]
    return a === 1 && b === 1 ? '1 seed each: not a proof' : `${a} and ${b} seeds: not a proof`
  }
  const error = Math.sqrt(variance(best.values) / best.values.length + variance(next.values) / next.values.length)
  const seeds = `${best.seeds} and ${next.seeds} seeds`
  // Two standard errors: the usual rule of thumb for about 95 %.
  return difference > 2 * error ? `${seeds}: more than chance explains` : `${seeds}: within chance`
}

function spreadSentence(group: Group, metric: string): string {
  const spread = Math.sqrt(variance(group.values))
  return `${group.values.length} runs of the same plan: ${formatMetric(metric, mean(group.values))} ± ${amount(metric, spread)} in ${measure(metric)}.`
}

function groupByPlan(runs: readonly Run[], metric: string, planOf: VerdictOptions['planOf']): Group[] {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const key = planOf(run)
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  return [...groups.values()].flatMap((members) => {
    const run = members[0]
    if (run === undefined) return []
    const values = members.map((member) => member.metrics[metric]?.kept ?? NaN).filter(Number.isFinite)
    if (values.length === 0) return []
    return [
      {
        strategy: run.strategy,
        name: run.name,
        values,
        seeds: new Set(members.map((member) => member.seed)).size,
        run,
      },
    ]
  })
}

function title(group: Group, other: Group): string {
  if (group.strategy !== other.strategy) return group.strategy.replaceAll('-', ' ')
  return `“${group.name}”`
}

function measure(metric: string): string {
  const { split, metric: word, head } = parseMetric(metric)
  return `${split ? `${split} ` : ''}${metricWord(word)}${head ? ` of ${head}` : ''}`
}

function amount(metric: string, value: number): string {
  return isShare(metric) ? `${(value * 100).toFixed(1)} points` : formatNumber(value, 3)
}

function order(metric: string): number {
  return isHigherBetter(metric) ? 1 : -1
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

function variance(values: readonly number[]): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  return values.reduce((total, value) => total + (value - centre) ** 2, 0) / (values.length - 1)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
