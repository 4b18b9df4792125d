import { GraftError } from '../../contract/errors.ts'
import type { Layer, Network } from '../../contract/network.ts'
import type { WeightValues } from '../weights/weight-values.ts'

/** Layers that leave every channel where it is, and treat all alike. */
const CHANNELWISE = ['ZeroPadding2D', 'Dropout', 'MaxPooling2D', 'AveragePooling2D']

/** The weights with the first convolution's input channels in the opposite order: blue, green, red becomes red, green, blue. Its own
 *  inverse. Throws E_MODEL_UNSUPPORTED where the channels do not go straight into one convolution. */
export function reverseChannels(network: Network, weights: WeightValues): WeightValues {
  const name = `${firstConvolution(network).name}/kernel`
  const kernel = weights.get(name)
  if (kernel === undefined) throw new Error(`no weight ${name}`)
  const [, , inputs = 1, outputs = 1] = kernel.shape
  const values = new Float32Array(kernel.values.length)
  for (let from = 0; from < values.length; from += outputs) {
    const row = from / outputs
    const channel = row % inputs
    values.set(kernel.values.subarray(from, from + outputs), (row - channel + inputs - 1 - channel) * outputs)
  }
  return new Map([...weights, [name, { shape: kernel.shape, values }]])
}

function firstConvolution(network: Network): Layer {
  for (let layer = network.layers[0]; layer !== undefined;) {
    const name = layer.name
    const users = network.layers.filter(({ inputs }) => inputs.includes(name))
    const [next] = users
    if (next === undefined || users.length > 1) throw unsupported(next ?? layer)
    const isPlain = next.type === 'Conv2D' && (next.config['groups'] ?? 1) === 1
    if (isPlain) return next
    if (!CHANNELWISE.includes(next.type)) throw unsupported(next)
    layer = next
  }
  throw new Error('a network without layers')
}

function unsupported({ name, title, type }: Layer): GraftError {
  return new GraftError(
    'E_MODEL_UNSUPPORTED',
    `Expected a network whose colours go straight into one convolution, to take them as blue, green, red. Received: ${title ?? name} (${type}) before it.`,
    { fix: 'Choose another preparation, or turn the channels round where the model was made.' },
  )
}
