import type { Layer } from '../../../contract/network.ts'
import type { Form, Step } from './rewrite.ts'
import { INPUT } from './rewrite.ts'

const SLOPE = 2 * Math.sqrt(2 / Math.PI)

/** Activations as layers that every format knows, by name. */
const STEPS: Readonly<Record<string, readonly Step[]>> = {
  // x sigmoid(2 u) with u = sqrt(2 / pi) x (1 + 0.044715 x^2), which is x (1 + tanh(u)) / 2. No layer takes one input twice:
  // TensorFlow.js would release it too early.
  gelu_tanh: [
    { name: 'part', type: 'Rescaling', config: { scale: 0.044715 } },
    { name: 'square', type: 'Multiply', config: {}, from: [INPUT, 'part'] },
    { name: 'even', type: 'Rescaling', config: { scale: SLOPE, offset: SLOPE } },
    { name: 'inner', type: 'Multiply', config: {}, from: [INPUT, 'even'] },
    { name: 'gate', type: 'Activation', config: { activation: 'sigmoid' } },
    { name: 'gated', type: 'Multiply', config: {}, from: [INPUT, 'gate'] },
  ],
  // TensorFlow.js' own hard sigmoid is Keras 2's: another function.
  hard_sigmoid: [
    { name: 'shifted', type: 'Rescaling', config: { scale: 1, offset: 3 } },
    { name: 'bounded', type: 'ReLU', config: { max_value: 6 } },
    { name: 'scaled', type: 'Rescaling', config: { scale: 1 / 6 } },
  ],
  hard_silu: [
    { name: 'gate', type: 'Activation', config: { activation: 'hard_sigmoid' } },
    { name: 'gated', type: 'Multiply', config: {}, from: [INPUT, 'gate'] },
  ],
  leaky_relu: [{ name: 'leaky', type: 'LeakyReLU', config: { negative_slope: 0.2 } }],
}

/** The named activations as other layers, wherever they stand. */
export function activationForm(names: readonly string[]): Form {
  return (layer, { read }) => {
    const name = String(layer.config['activation'] ?? 'linear')
    if (!names.includes(name)) return null
    if (layer.type === 'Activation') return { steps: STEPS[name]! }
    const linear = { name: 'linear', type: layer.type, config: { ...layer.config, activation: 'linear' } }
    const bent = { name: 'activation', type: 'Activation' as const, config: { activation: name } }
    const weights = Object.fromEntries(weightNames(layer).map((weight) => [`linear/${weight}`, read(weight)]))
    return { steps: [linear, bent], weights }
  }
}

function weightNames({ type, config }: Layer): string[] {
  const kernel = type === 'DepthwiseConv2D' ? 'depthwise_kernel' : 'kernel'
  return config['use_bias'] === false ? [kernel] : [kernel, 'bias']
}

/** A ReLU with a slope below 0: min(y, m) is m - relu(m - y). */
export const slopedReluForm: Form = ({ type, config }) => {
  const { negative_slope: slope, max_value: maximum } = config as { negative_slope?: number; max_value?: number | null }
  if (type !== 'ReLU' || !slope) return null
  const leaky = { name: 'leaky', type: 'LeakyReLU', config: { negative_slope: slope } } as const
  if (maximum === null || maximum === undefined) return { steps: [leaky] }
  const below = { scale: -1, offset: maximum }
  return {
    steps: [
      leaky,
      { name: 'below', type: 'Rescaling', config: below },
      { name: 'bounded', type: 'ReLU', config: {} },
      { name: 'bent', type: 'Rescaling', config: below },
    ],
  }
}
