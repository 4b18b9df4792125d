import type { LayerState, Network } from '../../src-main/contract/network.ts'
import { ExperimentSpec, type ExperimentSpecInput } from '../../src-main/contract/spec.ts'
import { resolveVariants } from '../../src-main/learning/plan/job-variants.ts'
import { movesIn, prefixEnd } from '../../src-main/learning/network/prefix-end.ts'
import type { StrategyContext } from '../../src-main/learning/engine/run/strategy-context.ts'

/** What a strategy decides upon, for a network in some states; Adam with a rate of 0.01. */
export function strategyContext(
  network: Network,
  states: Readonly<Record<string, LayerState>>,
  spec: Partial<ExperimentSpecInput> = {},
): StrategyContext {
  const full = ExperimentSpec.parse({
    dataset: 'toy',
    base: 'toy',
    strategy: { type: 'fine-tuning' },
    optimizer: { type: 'adam', learningRate: 0.01 },
    ...spec,
  })
  const cachedUpTo = prefixEnd(network, movesIn(states))
  return resolveVariants({ spec: full, network, states, cachedUpTo }).context
}
