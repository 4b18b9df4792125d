import { GraftError } from '../../../contract/errors.ts'
import type { Layer, Network } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'
import { nonNegativeLayers } from './non-negative.ts'
import { isSamePadding, paddedPool } from './padded-pool.ts'

/** What a refusal may ask about the layer's first input; computed when it is asked for. */
interface Around {
  readonly shape: () => readonly number[]
  readonly isNonNegative: () => boolean
}

/** Why neither Keras nor TensorFlow.js has a form for a layer; null: they have. Asked before anything is trained or written, so it
 *  needs no weights. */
type Refusal = (layer: Layer, around: Around) => string | null

/** Keras and TensorFlow.js have one or the other. */
const dilationRefusal: Refusal = ({ type, config }) => {
  if (type !== 'Conv2D' && type !== 'DepthwiseConv2D') return null
  const isLarge = (name: string) => [config[name] ?? 1].flat().some((size) => size !== 1)
  return isLarge('strides') && isLarge('dilation_rate') ? 'it has both strides and dilation' : null
}

const paddedPoolRefusal: Refusal = (layer, { shape, isNonNegative }) => {
  const pool = paddedPool(layer)
  if (pool === null || isSamePadding(pool, shape())) return null
  if (layer.type === 'AveragePooling2D') return 'its padding does not count into the average, and is not that of "same"'
  return isNonNegative() ? null : 'its padding must not be the maximum, and what it pools may be negative'
}

const REFUSALS: readonly Refusal[] = [dilationRefusal, paddedPoolRefusal]

/** Why a format of layers cannot hold a network, naming the first layer that it has no form for; null: it can. `format` is its label. */
export function refusalOf(network: Network, format: string): GraftError | null {
  let [shapes, nonNegative]: [Map<string, number[]> | null, Set<string> | null] = [null, null]
  for (const layer of network.layers) {
    const [first = ''] = layer.inputs
    const around: Around = {
      shape: () => (shapes ??= new Map(inferNetwork(network).shapes)).get(first) ?? [],
      isNonNegative: () => (nonNegative ??= nonNegativeLayers(network)).has(first),
    }
    for (const refusal of REFUSALS) {
      const why = refusal(layer, around)
      if (why !== null) return unsupported(layer, format, why)
    }
  }
  return null
}

function unsupported({ name, title, type }: Layer, format: string, why: string): GraftError {
  return new GraftError(
    'E_MODEL_UNSUPPORTED',
    `Layer "${title ?? name}" (${type}) cannot be exported for ${format}: ${why}.`,
    {
      fix: 'Cut the network before this layer.',
      details: { layer: name },
    },
  )
}
