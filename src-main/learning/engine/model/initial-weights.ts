import { GraftError } from '../../../contract/errors.ts'
import type { LayerState, Network } from '../../../contract/network.ts'
import { inferNetwork, type NetworkWeight } from '../../network/infer.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { initializeWeight } from './initialize.ts'

export interface InitialWeightsOptions {
  readonly states: Readonly<Record<string, LayerState>>
  /** Of the base model; null: every layer starts fresh, frozen ones included. */
  readonly base: WeightValues | null
  readonly seed: number
}

/** The values a run starts from: reused layers from the base, the others seeded. Throws E_MODEL_WEIGHTS when the base
 *  lacks a reused weight or has it in another shape. */
export function initialWeights(network: Network, options: InitialWeightsOptions): WeightValues {
  const { states, base, seed } = options
  const start = (weight: NetworkWeight) => {
    const isReused = base !== null && (states[weight.layer] === 'frozen' || states[weight.layer] === 'trained')
    const values = isReused ? baseValues(base, weight) : initializeWeight(weight, seed)
    return [weight.fullName, { shape: weight.shape, values }] as const
  }
  return new Map(inferNetwork(network).weights.map(start))
}

function baseValues(base: WeightValues, weight: NetworkWeight): Float32Array {
  const found = base.get(weight.fullName)
  if (found !== undefined && found.shape.join() === weight.shape.join()) return found.values
  const received = found === undefined ? 'nothing of that name' : `shape [${found.shape.join(', ')}]`
  throw new GraftError(
    'E_MODEL_WEIGHTS',
    `Expected the base model’s weights to hold ${weight.fullName} of shape [${weight.shape.join(', ')}]. Received: ${received}.`,
    { fix: 'Choose the base model again, or make this layer fresh.', details: { weight: weight.fullName } },
  )
}
