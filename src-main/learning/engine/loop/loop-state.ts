import type { HeadTotals } from '../../metrics/head-totals.ts'

/** Where a run stands. Plain data: it is the JSON half of a checkpoint. Order, augmentation and dropout follow from
 *  (seed, epoch, row, step), so no generator state is kept. */
export interface LoopState {
  readonly format: 1
  /** Which phase, and how many of its epochs and steps are over. */
  phase: number
  phaseEpoch: number
  phaseStep: number
  /** Epochs over, counted through all phases. */
  epoch: number
  /** Batches over in the epoch under way. */
  batch: number
  /** Updates in all. */
  step: number
  /** Of training, without pauses. */
  seconds: number
  /** Of the epoch under way, with what had to be prepared for it (cached features). */
  epochSeconds: number
  /** Running training metrics of the epoch under way. */
  totals: HeadTotals[]
  /** Sums of the objective's metrics over the epoch under way, by name. */
  sums: Record<string, number>
  best: { value: number; epoch: number } | null
  /** Epochs since the best one. */
  waited: number
  /** Early stopping ended a run of this many epochs; null: it did not. */
  stoppedEarlyOf: number | null
}

export function startState(
  totals: HeadTotals[],
  from: { readonly epoch: number; readonly step: number; readonly seconds: number },
): LoopState {
  return {
    format: 1,
    phase: 0,
    phaseEpoch: 0,
    phaseStep: 0,
    epoch: from.epoch,
    batch: 0,
    step: from.step,
    seconds: from.seconds,
    epochSeconds: 0,
    totals,
    sums: {},
    best: null,
    waited: 0,
    stoppedEarlyOf: null,
  }
}

export function addSeconds(state: LoopState, seconds: number): void {
  state.seconds += seconds
  state.epochSeconds += seconds
}

/** Ends an epoch: what was summed over its steps as means, its seconds, and the counters stand at the next one. */
export function countEpoch(state: LoopState): {
  readonly means: readonly (readonly [string, number])[]
  readonly seconds: number
} {
  const means = Object.entries(state.sums).map(([name, sum]) => [name, sum / Math.max(1, state.batch)] as const)
  const seconds = state.epochSeconds
  Object.assign(state, {
    epoch: state.epoch + 1,
    phaseEpoch: state.phaseEpoch + 1,
    batch: 0,
    epochSeconds: 0,
    sums: {},
  })
  return { means, seconds }
}
