import type { Emission, Of, Output } from './emission.ts'
import { integers, number, outputOf } from './emission.ts'
import type { OperatorCode } from './schema.ts'

type Unary = Of<keyof typeof UNARY>

const DIRECT = {
  relu: 'RELU',
  sigmoid: 'LOGISTIC',
  tanh: 'TANH',
  hardSilu: 'HARD_SWISH',
  elu: 'ELU',
} as const satisfies Readonly<Record<string, OperatorCode>>

/** How each operation on single numbers is said. */
const UNARY = {
  relu: direct,
  sigmoid: direct,
  tanh: direct,
  hardSilu: direct,
  elu: direct,
  gelu: (emission: Emission, x: string, out: Output) => emission.operator('GELU', [x], out),
  geluTanh: (emission: Emission, x: string, out: Output) => emission.operator('GELU', [x], out, { approximate: true }),
  silu: (emission: Emission, x: string, out: Output) => {
    const gate = emission.operator('LOGISTIC', [x], part(out, 'gate'))
    return emission.operator('MUL', [x, gate], out)
  },
  hardSigmoid: (emission: Emission, x: string, out: Output) => {
    const raised = emission.operator('ADD', [x, number(emission, `${out.name}:three`, 3)], part(out, 'raised'))
    const clipped = emission.operator('RELU6', [raised], { ...part(out, 'clipped'), range: { min: 0, max: 6 } })
    return emission.operator('MUL', [clipped, number(emission, `${out.name}:sixth`, 1 / 6)], out)
  },
  selu,
  softplus,
}

/** Klambauer et al. 2017, Self-Normalizing Neural Networks: scale (max(x, 0) + alpha (exp(min(x, 0)) - 1)). */
const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

function selu(emission: Emission, x: string, out: Output): string {
  const zero = number(emission, `${out.name}:zero`, 0)
  const positive = emission.operator('RELU', [x], part(out, 'positive'))
  const negative = emission.operator('MINIMUM', [x, zero], part(out, 'negative'))
  const bent = emission.operator('ELU', [negative], part(out, 'bent'))
  const scale = number(emission, `${out.name}:scale`, SELU_SCALE)
  const alpha = number(emission, `${out.name}:alpha`, SELU_SCALE * SELU_ALPHA)
  const above = emission.operator('MUL', [positive, scale], part(out, 'above'))
  const below = emission.operator('MUL', [bent, alpha], part(out, 'below'))
  return emission.operator('ADD', [above, below], out)
}

/** log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)), which does not overflow. */
function softplus(emission: Emission, x: string, out: Output): string {
  const size = emission.operator('ABS', [x], part(out, 'size'))
  const negative = emission.operator('NEG', [size], part(out, 'negative'))
  const power = emission.operator('EXP', [negative], part(out, 'power'))
  const one = number(emission, `${out.name}:one`, 1)
  const raised = emission.operator('ADD', [power, one], part(out, 'raised'))
  const log = emission.operator('LOG', [raised], part(out, 'log'))
  const positive = emission.operator('RELU', [x], part(out, 'positive'))
  return emission.operator('ADD', [positive, log], out)
}

export function emitUnary(emission: Emission, operation: Unary): void {
  UNARY[operation.op](emission, operation.inputs[0]!, outputOf(emission, operation.name), operation.op)
}

function direct(emission: Emission, x: string, out: Output, op: string): string {
  return emission.operator(DIRECT[op as keyof typeof DIRECT], [x], out)
}

export function emitBinary(emission: Emission, { name, op, inputs }: Of<'add' | 'multiply'>): void {
  const [a, b] = inputs.map((input, i) => valueOrConstant(emission, input, `${name}:${i}`)) as [string, string]
  emission.operator(op === 'add' ? 'ADD' : 'MUL', [a, b], outputOf(emission, name))
}

export function emitClip(emission: Emission, { name, inputs, min, max }: Of<'clip'>): void {
  const [x] = inputs as [string]
  const out = outputOf(emission, name)
  if (min === 0 && max === 6) {
    emission.operator('RELU6', [x], out)
    return
  }
  const bounded = (value: string) => emission.operator('MINIMUM', [value, number(emission, `${name}:max`, max)], out)
  if (min === -Infinity) bounded(x)
  else bounded(emission.operator('MAXIMUM', [x, number(emission, `${name}:min`, min)], part(out, 'raised')))
}

export function emitLeakyRelu(emission: Emission, { name, inputs, slope }: Of<'leakyRelu'>): void {
  emission.operator('LEAKY_RELU', inputs, outputOf(emission, name), { alpha: slope })
}

export function emitPrelu(emission: Emission, { name, inputs }: Of<'prelu'>): void {
  const [x, alpha] = inputs as [string, string]
  emission.operator('PRELU', [x, valueOrConstant(emission, alpha, `${name}:alpha`)], outputOf(emission, name))
}

/** Over the last axis: (x - mean) / sqrt(variance + epsilon) gamma + beta. */
export function emitLayerNormalization(emission: Emission, operation: Of<'layerNormalization'>): void {
  const { name, epsilon } = operation
  const [x, gamma, beta] = operation.inputs as [string, string, string]
  const out = outputOf(emission, name)
  const axis = integers(emission, `${name}:axis`, [out.shape.length])
  const one = { shape: [...out.shape.slice(0, -1), 1] }
  const mean = emission.operator('MEAN', [x, axis], { name: `${name}:mean`, ...one }, { keep_dims: true })
  const squares = emission.operator('SQUARED_DIFFERENCE', [x, mean], part(out, 'squares'))
  const variance = emission.operator('MEAN', [squares, axis], { name: `${name}:variance`, ...one }, { keep_dims: true })
  const small = number(emission, `${name}:epsilon`, epsilon)
  const raised = emission.operator('ADD', [variance, small], { name: `${name}:raised`, ...one })
  const factor = emission.operator('RSQRT', [raised], { name: `${name}:factor`, ...one })
  const centred = emission.operator('SUB', [x, mean], part(out, 'centred'))
  const scaled = emission.operator('MUL', [centred, factor], part(out, 'scaled'))
  const stretched = emission.operator('MUL', [scaled, valueOrConstant(emission, gamma, `${name}:gamma`)], part(out, 'stretched')) // prettier-ignore
  emission.operator('ADD', [stretched, valueOrConstant(emission, beta, `${name}:beta`)], out)
}

function valueOrConstant(emission: Emission, input: string, name: string): string {
  const constant = emission.graph.constants.get(input)
  return constant === undefined ? input : emission.constant(name, { type: 'float32', ...constant })
}

function part({ name, shape }: Output, own: string): Output {
  return { name: `${name}:${own}`, shape }
}
