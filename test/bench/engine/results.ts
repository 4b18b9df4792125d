import type { EntrantId } from './entrant.ts'

/** A goal against whichever of several entrants is the best. */
export interface BestOf {
  /** "the best float32 of any peer" */
  readonly named: string
  readonly of: readonly EntrantId[]
  /** How many times better Graft is to be. */
  readonly times: number
}

/** Figures of one row. */
export interface Result {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** `more`: a larger figure is better; `less`: a smaller one. */
  readonly better: 'more' | 'less'
  /** How many times better than a contender Graft is to be. */
  readonly goals: Partial<Record<EntrantId, number>>
  readonly bestOf: readonly BestOf[]
  /** Figure of Graft itself that is to be reached; null: only its ratios count. */
  readonly goal: number | null
  readonly rounds: number
  /** Medians over the rounds. */
  readonly figures: Partial<Record<EntrantId, number>>
  /** Of every round. */
  readonly values: Partial<Record<EntrantId, readonly number[]>>
  readonly notes: Partial<Record<EntrantId, string>>
  /** Contenders that could not be measured; their notes say why. */
  readonly failed: readonly EntrantId[]
}

export interface Report {
  readonly at: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly results: Result[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

type Figures = Pick<Result, 'figures' | 'better'>

/** How many times better Graft is than another entrant; 1 is equal. Null where one of the two was not measured. */
export function ratio({ figures, better }: Figures, other: EntrantId): number | null {
  const [ours, theirs] = [figures.graft, figures[other]]
  if (ours === undefined || theirs === undefined) return null
  return better === 'more' ? ours / theirs : theirs / ours
}

/** How many times better Graft is than the best of several. Null where not all of them were measured: the best may be the one that is
 *  missing. */
export function bestRatio(result: Figures, of: readonly EntrantId[]): number | null {
  const ratios = of.map((other) => ratio(result, other))
  return ratios.some((each) => each === null) ? null : Math.min(...(ratios as number[]))
}

/** Whether Graft's own figure is what it is to be. */
export function isReached(value: number, goal: number, better: Result['better']): boolean {
  return better === 'more' ? value >= goal : value <= goal
}

export function formatFigure(value: number | undefined): string {
  if (value === undefined) return '-'
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
