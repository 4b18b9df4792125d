import type { LayerState, Network } from '../../../contract/network.ts'
import type { ExperimentSpec } from '../../../contract/spec.ts'

/** What a strategy decides upon. */
export interface StrategyContext {
  readonly network: Network
  readonly states: Readonly<Record<string, LayerState>>
  readonly spec: ExperimentSpec
  /** Of the optimizer's checked parameters. */
  readonly learningRate: number
  /** From the plan; null: nothing can be cached. */
  readonly cachedUpTo: string | null
  /** The deepest single tensor that none of these layers feeds. */
  cutBefore(trained: ReadonlySet<string>): string | null
}
