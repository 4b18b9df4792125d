import type { LayerState, Network } from '../../../contract/network.ts'
import type { WeightChange } from '../../../contract/runs.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Model } from './model.ts'

/** What moved, per layer with weights: ||w - w0|| / ||w0|| over its gradient-trained weights together (the plain ||w - w0||
 *  where w0 is 0), and the largest absolute change of its moving averages. Computed from the values themselves, for frozen
 *  layers too: their 0 is a proof, not a claim. */
export function weightChanges(
  network: Network,
  states: Readonly<Record<string, LayerState>>,
  model: Model,
  start: WeightValues,
): WeightChange[] {
  const weights = inferNetwork(network).weights
  return network.layers.flatMap((layer) => {
    const own = weights.filter((weight) => weight.layer === layer.name)
    if (own.length === 0) return []
    const sums = { moved: 0, norm: 0, average: 0, parameters: 0 }
    for (const { fullName, trainable } of own) {
      const now = model.weights.get(fullName)!.dataSync<'float32'>()
      const before = start.get(fullName)!.values
      sums.parameters += now.length
      for (let i = 0; i < now.length; i++) {
        const difference = now[i]! - before[i]!
        if (!trainable) sums.average = Math.max(sums.average, Math.abs(difference))
        else {
          sums.moved += difference ** 2
          sums.norm += before[i]! ** 2
        }
      }
    }
    const hasAverages = own.some(({ trainable }) => !trainable)
    return [
      {
        layer: layer.name,
        block: layer.block,
        state: states[layer.name] ?? 'fresh',
        parameters: sums.parameters,
        change: sums.norm > 0 ? Math.sqrt(sums.moved / sums.norm) : Math.sqrt(sums.moved),
        movingChange: hasAverages ? sums.average : null,
      },
    ]
  })
}
