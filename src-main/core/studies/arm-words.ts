import type { ArmBaseline, ArmComparison, ArmResult, PlannedArm } from '../../contract/studies.ts'
import { isShare } from '../../contract/metric-facts.ts'

/** A value as it is read: "93.4 %", "0.412". */
export function valueText(metric: string, value: number): string {
  return isShare(metric) ? `${(100 * value).toFixed(1)} %` : String(Number(value.toPrecision(3)))
}

/** A difference with the half width of its interval: "3.1 ± 0.8 points". */
export function amountText(metric: string, difference: number, half: number | null): string {
  const scale = isShare(metric) ? 100 : 1
  const round = (value: number): string =>
    isShare(metric) ? (scale * value).toFixed(1) : String(Number(value.toPrecision(2)))
  const spread = half === null ? '' : ` ± ${round(half)}`
  return `${round(Math.abs(difference))}${spread}${isShare(metric) ? ' points' : ''}`
}

/** A label in the middle of a sentence: its first letter small, unless it is an abbreviation or a name. */
export function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
}

const seedsText = (count: number): string => (count === 1 ? '1 seed' : `${count} seeds`)

export interface WordsContext {
  readonly metric: string
  readonly arms: readonly PlannedArm[]
  /** Rows of the same number of labels. */
  readonly rows: readonly ArmResult[]
}

/** One sentence on an arm: the leader against the next, any other against the leader and against the baseline that matters most
 *  to it. What is within chance is called so. */
export function armSentence(row: ArmResult, context: WordsContext): string | null {
  if (row.rank === null || row.mean === null) return row.notComparable
  if (row.rank === 1) return leaderSentence(row, context)
  const parts = [toLeader(row, context), toBaseline(row, context)].filter((part) => part !== null)
  if (parts.length === 0) return null
  return `${row.label} ${parts.join(', and ')}.`
}

function leaderSentence(row: ArmResult, { metric, rows }: WordsContext): string {
  const next = rows.find((other) => other.rank === 2)
  const value = valueText(metric, row.mean ?? NaN)
  if (next?.againstLeader == null) return `${row.label}: ${value} over ${seedsText(row.values.length)}.`
  const { difference, half, seeds, verdict } = next.againstLeader
  const by = amountText(metric, difference, half)
  const other = inSentence(next.label)
  if (difference > 0) {
    return `${row.label} leads over the seeds that all arms have; in pairs ${other} is ${by} ahead, so nothing is decided.`
  }
  if (seeds === 1) return `${row.label} is ${by} ahead of ${other} with 1 seed: not a proof.`
  if (verdict === 'worse') return `${row.label} beats ${other} by ${by} over ${seedsText(seeds)}.`
  return `${row.label} leads ${other} by ${by} over ${seedsText(seeds)}, which may be chance.`
}

function toLeader(row: ArmResult, { metric, rows }: WordsContext): string | null {
  const one = row.againstLeader
  const leader = rows.find((other) => other.rank === 1)
  if (one === null || leader === undefined) return null
  const by = amountText(metric, one.difference, one.half)
  const name = inSentence(leader.label)
  if (one.difference > 0) return `is ${by} ahead of ${name} in pairs, but not over the seeds that all arms have`
  if (one.seeds === 1) return `is ${by} behind ${name} with 1 seed: not a proof`
  if (one.verdict === 'worse') return `trails ${name} by ${by} over ${seedsText(one.seeds)}`
  return `is within chance of ${name} (${by} behind over ${seedsText(one.seeds)})`
}

/** Which baseline an arm has to beat: adaptation the source alone, everything else fresh weights, then the linear probe. */
const PRIORITY: readonly ArmBaseline[] = ['source-only', 'from-scratch', 'linear-probe']

function toBaseline(row: ArmResult, context: WordsContext): string | null {
  if (row.baseline === 'from-scratch' || row.baseline === 'source-only') return null
  const leader = context.rows.find((other) => other.rank === 1)
  const found = PRIORITY.map((baseline) =>
    row.againstBaselines.find((one) => context.arms[one.arm]?.baseline === baseline && one.arm !== leader?.arm),
  ).find((one) => one !== undefined)
  return found === undefined ? null : baselineWords(found, context)
}

export function baselineWords(one: ArmComparison, { metric, arms }: Pick<WordsContext, 'metric' | 'arms'>): string {
  const name = inSentence(arms[one.arm]?.label ?? 'the baseline')
  const by = amountText(metric, one.difference, one.half)
  if (one.verdict === 'better') return `beats ${name} by ${by}`
  if (one.half !== null && one.difference + one.half < 0) return `is worse than ${name} by ${by}`
  const sign = Number(by.split(' ')[0]) === 0 ? '' : one.difference < 0 ? '−' : '+'
  return `is not better than ${name} (${sign}${by})`
}

/** What a study as a whole has found: who leads, where transfer hurts, what is no better than its baseline. */
export function studySentences(context: WordsContext, majority: { value: number; words: string } | null): string[] {
  const { rows, metric, arms } = context
  const leader = rows.find((row) => row.rank === 1)
  if (leader === undefined) return []
  const sentences = [leaderSentence(leader, context)]
  for (const row of rows.filter((one) => one.hurts)) {
    const scratch = row.againstBaselines.find((one) => arms[one.arm]?.baseline === 'from-scratch')
    if (scratch) {
      const by = amountText(metric, scratch.difference, scratch.half)
      sentences.push(`Transfer hurts: ${inSentence(row.label)} is ${by} worse than fresh weights.`)
    }
  }
  for (const row of rows) {
    const source = row.againstBaselines.find((one) => arms[one.arm]?.baseline === 'source-only')
    if (source && row.baseline === null && source.seeds > 1 && isAdapting(row, arms)) {
      sentences.push(`${row.label} ${baselineWords(source, context)}.`)
    }
  }
  const trivial = rows.filter((row) => row.isTrivial).map((row) => inSentence(row.label))
  if (majority !== null && trivial.length > 0) {
    const value = valueText(metric, majority.value)
    sentences.push(`No better than ${majority.words} (${value}): ${trivial.join(', ')}.`)
  }
  const apart = rows.filter((row) => row.notComparable !== null)
  for (const row of apart) sentences.push(`${row.label} is left out. ${row.notComparable ?? ''}`)
  return sentences
}

function isAdapting(row: ArmResult, arms: readonly PlannedArm[]): boolean {
  return ADAPTING.includes(arms[row.arm]?.strategy ?? '')
}

/** Strategies that learn from unlabelled items of a second domain; the source alone is what they have to beat. */
export const ADAPTING: readonly string[] = ['dann', 'adda']
