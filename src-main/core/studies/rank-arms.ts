import { holm, pairedT, wilcoxonSignedRank } from '../../base/statistics/paired.ts'
import { mean } from '../../base/statistics/describe.ts'
import { meanInterval } from '../../base/statistics/student-t.ts'
import type { ArmComparison, ArmResult, PlannedArm } from '../../contract/studies.ts'
import { comparability } from './comparability.ts'
import type { MeasuredCell } from './measured-cell.ts'

export interface RankOptions {
  readonly arms: readonly PlannedArm[]
  readonly cells: readonly MeasuredCell[]
  readonly higherIsBetter: boolean
  /** What the most common class (or the mean) as the answer to everything would reach. */
  readonly majority: number | null
}

/** Level at which a difference counts, after Holm's correction; intervals are of 1 - LEVEL. */
const LEVEL = 0.05

/** Arms at one number of labels, ranked, with their differences from the leader and from the baselines: pairs of runs with the
 *  same seed, so that what a seed does to all arms alike cancels out. Sentences are added by words.ts. */
export function rankArms(options: RankOptions): ArmResult[] {
  const limits = [...new Set(options.cells.map((cell) => cell.labels))].sort(mostFirst)
  return limits.flatMap((labels) =>
    rankGroup({ ...options, cells: options.cells.filter((cell) => cell.labels === labels) }, labels),
  )
}

function mostFirst(a: number | null, b: number | null): number {
  return (b ?? Infinity) - (a ?? Infinity)
}

function rankGroup(options: RankOptions, labels: number | null): ArmResult[] {
  const { arms, cells } = options
  const sign = options.higherIsBetter ? 1 : -1
  const reasons = comparability(cells)
  const rows = arms
    .map((arm, index) => armRow(arm, { index, labels, cells, reason: reasons.get(index) ?? null }))
    .filter((row) => cells.some((cell) => cell.arm === row.arm))
  const fair = rows.filter((row) => row.mean !== null && row.notComparable === null)
  const scores = new Map(fair.map((row) => [row.arm, fairMean(row, fair)]))
  const scoreOf = (row: ArmResult): number => scores.get(row.arm) ?? 0
  const ranked = fair
    // Equal ones stay in the order of the arms.
    .sort((a, b) => sign * (scoreOf(b) - scoreOf(a)))
    .map((row, place) => ({ ...row, rank: place + 1 }))
  const [toLeader] = ranked.slice(0, 1).map((leader) => comparisons(ranked, leader, sign))
  const toBaseline = ranked.filter((row) => row.baseline !== null).map((row) => comparisons(ranked, row, sign))
  const compared = ranked.map((row): ArmResult => {
    const againstBaselines = toBaseline.flatMap((others) => others.get(row.arm) ?? [])
    return {
      ...row,
      againstLeader: toLeader?.get(row.arm) ?? null,
      againstBaselines,
      hurts: againstBaselines.some((one) => isWorseThanScratch(one, row, arms)),
      isTrivial: options.majority !== null && sign * ((row.mean ?? 0) - options.majority) <= 0,
    }
  })
  return [...compared, ...rows.filter((row) => !compared.some((one) => one.arm === row.arm))]
}

/** Over the seeds that all arms have, as long as there is one: while a study runs, or after a run has failed, a lucky seed that others
 *  lack must not decide. */
function fairMean(row: ArmResult, all: readonly ArmResult[]): number {
  const common = row.values.filter(({ seed }) => all.every(({ values }) => values.some((one) => one.seed === seed)))
  return mean((common.length > 0 ? common : row.values).map(({ value }) => value))
}

function armRow(
  arm: PlannedArm,
  of: { index: number; labels: number | null; cells: readonly MeasuredCell[]; reason: string | null },
): ArmResult {
  const own = of.cells.filter((cell) => cell.arm === of.index)
  const measured = own.filter((cell) => cell.value !== null)
  const values = measured.map(({ seed, value }) => ({ seed, value: value as number })).sort((a, b) => a.seed - b.seed)
  const interval = values.length === 0 ? null : meanInterval(values.map(({ value }) => value))
  return {
    arm: of.index,
    labels: of.labels,
    label: arm.label,
    baseline: arm.baseline,
    rank: null,
    notComparable: of.reason,
    values,
    mean: interval?.mean ?? null,
    sd: interval?.sd ?? null,
    half: interval?.half ?? null,
    seconds: measured.length === 0 ? null : mean(measured.map((cell) => cell.seconds)),
    epochs: measured.length === 0 ? null : mean(measured.map((cell) => cell.epochs)),
    parameters: arm.parameters,
    sizeBytes: arm.parameters.total * 4,
    againstLeader: null,
    againstBaselines: [],
    hurts: false,
    isTrivial: false,
    sentence: null,
  }
}

/** Every row against one of them, by arm. A positive difference is better than `other`. */
function comparisons(rows: readonly ArmResult[], other: ArmResult, sign: number): Map<number, ArmComparison> {
  const found = rows.filter((row) => row.arm !== other.arm).map((row) => ({ arm: row.arm, ...pairs(row, other, sign) }))
  const tested = found.flatMap(({ arm, test }) => (test?.p == null ? [] : [{ arm, p: test.p }]))
  const adjusted = holm(tested.map(({ p }) => p))
  return new Map(
    found.flatMap(({ arm, test, pRank }) => {
      if (test === null) return []
      const pHolm = adjusted[tested.findIndex((one) => one.arm === arm)] ?? null
      const isProven = pHolm !== null && pHolm < LEVEL
      const verdict = !isProven ? 'unclear' : test.mean > 0 ? 'better' : 'worse'
      const { count: seeds, mean: difference, half, p } = test
      return [[arm, { arm: other.arm, seeds, difference, half, p, pHolm, pRank, verdict }] as const]
    }),
  )
}

function pairs(row: ArmResult, other: ArmResult, sign: number) {
  const values = new Map(other.values.map(({ seed, value }) => [seed, value]))
  const common = row.values.filter(({ seed }) => values.has(seed))
  if (common.length === 0) return { test: null, pRank: null }
  const a = common.map(({ value }) => sign * value)
  const b = common.map(({ seed }) => sign * (values.get(seed) as number))
  return { test: pairedT(a, b, 1 - LEVEL), pRank: common.length < 2 ? null : wilcoxonSignedRank(a, b).p }
}

/** Negative transfer: the whole interval of the difference from fresh weights lies below 0. */
function isWorseThanScratch(one: ArmComparison, row: ArmResult, arms: readonly PlannedArm[]): boolean {
  const isScratch = arms[one.arm]?.baseline === 'from-scratch' && row.baseline !== 'from-scratch'
  return isScratch && one.half !== null && one.difference + one.half < 0
}
