import { plural } from '../../base/plural.ts'
import { bootstrapInterval } from '../../base/statistics/bootstrap.ts'
import { mean } from '../../base/statistics/describe.ts'
import { seededRandom } from '../../base/seeded-random.ts'
import type { ArmResult } from '../../contract/studies.ts'
import { inSentence, valueText } from './arm-words.ts'

export interface LabelsContext {
  readonly rows: readonly ArmResult[]
  readonly metric: string
  readonly higherIsBetter: boolean
  /** How many labelled training items there are: what a limit of null means. */
  readonly labelled: number
}

/** "Label 40 more, or fine-tune?": at each number of labels, how many the plain approach would need to reach what the best arm
 *  reaches with those. The plain approach is the linear probe, else the arm that trains least. */
export function labelSentences(context: LabelsContext): string[] {
  const limits = [...new Set(context.rows.map((row) => row.labels ?? context.labelled))].sort((a, b) => a - b)
  const plain = plainArm(context.rows)
  if (plain === null) return []
  const most = limits.at(-1) ?? context.labelled
  return limits.slice(0, -1).flatMap((labels) => sentenceAt(labels, { ...context, plain, most }) ?? [])
}

interface Curves extends LabelsContext {
  /** The plain arm. */
  readonly plain: number
  /** The most labels that the study has. */
  readonly most: number
}

function plainArm(rows: readonly ArmResult[]): number | null {
  const candidates = rows.filter((row) => row.baseline !== 'from-scratch' && row.mean !== null)
  const probe = candidates.find((row) => row.baseline === 'linear-probe')
  const least = [...candidates].sort((a, b) => a.parameters.trainable - b.parameters.trainable)[0]
  return (probe ?? least)?.arm ?? null
}

function sentenceAt(labels: number, context: Curves): string | null {
  const { rows, metric, labelled, plain, most } = context
  const here = rows.filter((row) => (row.labels ?? labelled) === labels)
  const best = here.find((row) => row.rank === 1)
  const own = here.find((row) => row.arm === plain)
  if (best?.mean == null || own?.mean == null) return null
  const name = inSentence(own.label)
  const given = `With ${plural(labels, 'label')}`
  if (best.arm === plain) return `${given} ${name} is best: ${valueText(metric, own.mean)}.`
  const reached = `${given} ${inSentence(best.label)} reaches ${valueText(metric, best.mean)}`
  const needed = labelsNeeded(best, labels, context)
  if (needed === null || needed.labels <= labels) return null
  if (needed.labels === Infinity) {
    return `${reached}; ${name} does not get there with ${most === labelled ? 'all ' : ''}${most}.`
  }
  // A crossing at a whole number is that number, whatever the logarithm makes of it.
  const whole = Math.ceil(needed.labels - 1e-6)
  const { interval } = needed
  const range =
    interval === null ? '' : ` (95 %: ${Math.round(interval.low - labels)} to ${Math.round(interval.high - labels)})`
  return `${reached}; ${name} needs about ${whole} for that. Label ${whole - labels} more${range}, or take ${inSentence(best.label)}.`
}

/** Labels at which the plain arm's curve, from `least` on, reaches the best arm's mean, with a bootstrap interval over seeds; Infinity: not
 *  with the most that there are, null: that is not known yet. */
function labelsNeeded(
  best: ArmResult,
  least: number,
  { rows, labelled, higherIsBetter, plain, most }: Curves,
): { labels: number; interval: { low: number; high: number } | null } | null {
  const curve = rows
    .filter((row) => row.arm === plain && row.values.length > 0)
    .map((row) => ({ labels: row.labels ?? labelled, values: new Map(row.values.map((v) => [v.seed, v.value])) }))
    .filter((point) => point.labels >= least)
    .sort((a, b) => a.labels - b.labels)
  const seeds = best.values.map(({ seed }) => seed).filter((seed) => curve.every(({ values }) => values.has(seed)))
  const top = new Map(best.values.map(({ seed, value }) => [seed, value]))
  if (seeds.length === 0) return null
  const crossing = (chosen: readonly number[]): number | null => {
    const points = curve.map((point) => ({
      labels: point.labels,
      value: mean(chosen.map((seed) => point.values.get(seed) as number)),
    }))
    return crossingOf(points, mean(chosen.map((seed) => top.get(seed) as number)), higherIsBetter)
  }
  const labels = crossing(seeds)
  if (labels === null) return curve.at(-1)?.labels === most ? { labels: Infinity, interval: null } : null
  const pick = (places: readonly number[]): number[] => places.map((place) => seeds[place] as number)
  const options = { random: seededRandom(1, 'labels saved') }
  const interval =
    seeds.length < 3 ? null : bootstrapInterval(seeds.length, (places) => crossing(pick(places)), options)
  return { labels, interval }
}

/** Where a curve first reaches `wanted`, straight between its points over the logarithm of labels; null: nowhere. */
export function crossingOf(
  points: readonly { labels: number; value: number }[],
  wanted: number,
  higherIsBetter: boolean,
): number | null {
  const sign = higherIsBetter ? 1 : -1
  const at = points.findIndex((point) => sign * (point.value - wanted) >= 0)
  const [before, after] = [points[at - 1], points[at]]
  if (after === undefined) return null
  if (before === undefined) return after.labels
  const share = (wanted - before.value) / (after.value - before.value)
  return Math.exp(Math.log(before.labels) + share * (Math.log(after.labels) - Math.log(before.labels)))
}
