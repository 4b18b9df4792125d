import type { ParamDefs, ParamValues, Params } from '../../contract/params.ts'

/** Where a step stands within its phase of training. */
export interface SchedulePlace {
  /** Step from 0 and steps in all of the phase. */
  readonly step: number
  readonly totalSteps: number
  readonly stepsPerEpoch: number
}

export interface ScheduleVariant<P extends ParamDefs = ParamDefs> {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: Params<P>
  /** Factor (0..) on the base learning rate `base` for one step; warm-up is applied by `learningRateFactor`. */
  factor(values: ParamValues<P>, place: SchedulePlace, base: number): number
}

/** Fixes the parameter types of one row while it is written. */
export function defineSchedule<const P extends ParamDefs>(row: ScheduleVariant<P>): ScheduleVariant<P> {
  return Object.freeze(row)
}

/** A field of every schedule. */
export const warmupField = {
  type: 'number',
  label: 'Warm-up',
  default: 0 as number,
  help: 'The rate rises in a straight line over the first epochs, so that fresh layers do not throw reused ones off course. 0 is off.',
  unit: 'epochs',
  min: 0,
  max: 1000,
  step: 0.5,
} as const

/** Whole epochs that are over before this step. */
export function epochOf(place: SchedulePlace): number {
  return Math.floor(place.step / place.stepsPerEpoch)
}

/** The schedule's factor times its warm-up: (step + 1) / warm-up steps until the warm-up is over. */
export function learningRateFactor<P extends ParamDefs>(
  schedule: ScheduleVariant<P>,
  values: ParamValues<P>,
  place: SchedulePlace,
  base: number,
): number {
  const warmupEpochs = (values as { warmupEpochs?: number }).warmupEpochs ?? 0
  // Without a warm-up the share is infinite.
  const ramp = Math.min(1, (place.step + 1) / (warmupEpochs * place.stepsPerEpoch))
  return ramp * schedule.factor(values, place, base)
}
