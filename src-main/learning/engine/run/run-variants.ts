import type { UpdateRule } from '../../optimizers/optimizer.ts'
import type { SchedulePlace } from '../../schedules/schedule.ts'
import type { StrategyContext } from './strategy-context.ts'

/** What a run's strategy, optimizer and schedule come to, once their parameters are known. */
export interface RunVariants {
  readonly context: StrategyContext
  readonly rule: UpdateRule
  /** Factor on a phase's learning rate. */
  readonly rateFactor: (place: SchedulePlace, base: number) => number
  /** Memory that decoded samples and cached features may take. */
  readonly memoryMegabytes: number
}
