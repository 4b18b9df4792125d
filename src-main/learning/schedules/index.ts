import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import { exponential } from './exponential.ts'
import { inverseDecay } from './inverse-decay.ts'
import { oneCycle } from './one-cycle.ts'
import type { ScheduleVariant } from './schedule.ts'
import { step } from './step.ts'

/** Every learning-rate schedule; a new one is a file and a line here. */
export const schedules = Object.freeze([
  constant,
  step,
  exponential,
  cosine,
  oneCycle,
  inverseDecay,
]) as unknown as readonly ScheduleVariant[]
