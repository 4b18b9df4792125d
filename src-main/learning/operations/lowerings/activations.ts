import type { ActivationName } from '../../network/layer-configs/arguments.ts'
import type { OperationKind } from '../graph.ts'
import type { LayerCall, LayerLowering } from '../layer-lowering.ts'

/** Of Keras' activation `leaky_relu`. */
const LEAKY_RELU_SLOPE = 0.2

const KINDS: Readonly<Record<Exclude<ActivationName, 'linear'>, OperationKind>> = Object.freeze({
  relu: { op: 'relu' },
  relu6: { op: 'clip', min: 0, max: 6 },
  tanh: { op: 'tanh' },
  sigmoid: { op: 'sigmoid' },
  gelu: { op: 'gelu' },
  silu: { op: 'silu' },
  softmax: { op: 'softmax' },
  gelu_tanh: { op: 'geluTanh' },
  hard_sigmoid: { op: 'hardSigmoid' },
  hard_silu: { op: 'hardSilu' },
  leaky_relu: { op: 'leakyRelu', slope: LEAKY_RELU_SLOPE },
  elu: { op: 'elu' },
  selu: { op: 'selu' },
  softplus: { op: 'softplus' },
})

/** The activation that a layer ends in. */
export function activated({ emit }: LayerCall, value: string, name: ActivationName): string {
  return name === 'linear' ? value : emit('activation', KINDS[name], [value])
}

export const activation: LayerLowering<'Activation'> = (call, config) =>
  activated(call, call.inputs[0]!, config.activation)

/** min(leaky(x), maximum). */
export const relu: LayerLowering<'ReLU'> = ({ emit, inputs }, { negative_slope: slope = 0, max_value: max }) => {
  if (slope === 0) return emit('relu', max === null ? { op: 'relu' } : { op: 'clip', min: 0, max }, inputs)
  const leaky = emit('leaky', { op: 'leakyRelu', slope }, inputs)
  return max === null ? leaky : emit('bounded', { op: 'clip', min: -Infinity, max }, [leaky])
}

export const leakyRelu: LayerLowering<'LeakyReLU'> = ({ emit, inputs }, { negative_slope: slope }) =>
  emit('leaky', { op: 'leakyRelu', slope }, inputs)

export const prelu: LayerLowering<'PReLU'> = ({ emit, inputs, weight }) =>
  emit('prelu', { op: 'prelu' }, [...inputs, weight('alpha')])
