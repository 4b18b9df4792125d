import { GraftError } from '../../contract/errors.ts'
import { defineParams } from '../../contract/params.ts'
import { defineArchitecture, inputShapeOf } from './architecture.ts'
import { networkBuilder } from '../network/network-builder.ts'

const params = defineParams({
  hidden: {
    label: 'Hidden layers',
    type: 'text',
    default: '256,128',
    help: 'Units of each hidden layer, from input to output, with commas between; empty for none.',
  },
  activation: {
    label: 'Activation',
    type: 'choice',
    default: 'relu',
    choices: [
      { value: 'relu', label: 'ReLU' },
      { value: 'tanh', label: 'tanh' },
      { value: 'sigmoid', label: 'sigmoid' },
      { value: 'gelu', label: 'GELU' },
      { value: 'silu', label: 'SiLU' },
    ],
    help: 'The function that each hidden unit applies to its sum.',
  },
  dropout: {
    label: 'Dropout',
    type: 'number',
    default: 0,
    min: 0,
    max: 0.9,
    step: 0.05,
    help: 'Share of each hidden layer left out at random in each training step.',
  },
  batchNorm: {
    label: 'BatchNorm',
    type: 'boolean',
    default: false,
    help: 'Normalises each hidden layer over the batch before its activation.',
  },
})

/** Multi-layer perceptron on table rows or on flattened images: hidden1, hidden2 ... */
export const mlp = defineArchitecture({
  type: 'mlp',
  label: 'MLP',
  help: 'Dense layers only: the plain choice for tables, and a baseline for small images.',
  inputs: 'any',
  defaultInputSize: 28,
  inputSizes: [8, 16, 28, 32, 48, 64],
  minimumInputSize: 8,
  params,
  build(options, input) {
    const net = networkBuilder('mlp', inputShapeOf(input))
    if (input.kind === 'image') net.add('flatten', 'Flatten')
    for (const [index, units] of hiddenUnits(options.hidden).entries()) {
      const name = `hidden${index + 1}`
      net.block(name, `Hidden ${index + 1}`)
      const initializer = ['relu', 'gelu', 'silu'].includes(options.activation) ? 'he_normal' : 'glorot_uniform'
      net.add(name, 'Dense', { units, kernel_initializer: initializer, use_bias: !options.batchNorm })
      if (options.batchNorm) net.add(`${name}_bn`, 'BatchNormalization', { momentum: 0.9 })
      net.add(`${name}_${options.activation}`, 'Activation', { activation: options.activation })
      if (options.dropout > 0) net.add(`${name}_dropout`, 'Dropout', { rate: options.dropout })
    }
    return net.finish(net.last())
  },
})

/** "256,128" -> [256, 128]. Throws E_RUN_SPEC for anything else. */
export function hiddenUnits(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length === 1 && parts[0] === '') return []
  const units = parts.map(Number)
  const usable = parts.every((part, index) => /^\d{1,5}$/.test(part) && (units[index] ?? 0) >= 1)
  if (usable && units.length <= 20) return units
  throw new GraftError(
    'E_RUN_SPEC',
    `Expected \`hidden\` to be up to 20 whole numbers from 1 to 99999 with commas between. Received: "${text.slice(0, 100)}".`,
    { fix: 'Write for example 256,128.', details: { path: 'base.options.hidden' } },
  )
}
