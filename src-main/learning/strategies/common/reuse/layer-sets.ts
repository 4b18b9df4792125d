import type { StrategyContext } from '../../../engine/run/strategy-context.ts'

/** Layers in one of the given states. */
export function layersIn(context: StrategyContext, ...states: string[]): Set<string> {
  const { network } = context
  return new Set(
    network.layers.map((layer) => layer.name).filter((name) => states.includes(context.states[name] ?? '')),
  )
}

/** `names` without their BatchNorm layers. */
export function withoutBatchNorm(context: StrategyContext, names: ReadonlySet<string>): Set<string> {
  const { layers } = context.network
  return new Set(layers.filter((l) => l.type !== 'BatchNormalization' && names.has(l.name)).map((l) => l.name))
}
