import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

interface Nested {
  shape: number[]
  values: number[]
}

interface Recorded {
  x: Nested
  y: number[]
  dy: number[]
  dx: number[]
  weights: Record<string, Nested & { gradient: number[] }>
}

const file = new URL('../fixtures/reference/transformers.json', import.meta.url)
const reference = JSON.parse(readFileSync(file, 'utf8')) as { layer_norm: Recorded; attention: Recorded }
const { tf } = nativeRuntime()

/** [out, in] or [out], `part` of `parts` along out, as [in, ...inner] or [...inner]. */
function fromLinear(values: readonly number[], inputs: number, part: number, parts: number): number[] {
  const outputs = values.length / inputs / parts
  const own = values.slice(part * outputs * inputs, (part + 1) * outputs * inputs)
  return Array.from({ length: own.length }, (_, i) => own[(i % outputs) * inputs + Math.floor(i / outputs)]!)
}

/** Graft's weights, and PyTorch's values and gradients of them in Graft's layouts. */
function attentionWeights({ weights }: Recorded) {
  const entries = (['query', 'key', 'value'] as const).flatMap((name, part) => [
    { name: `${name}_kernel`, shape: [6, 2, 3], from: weights['qkv.weight']!, inputs: 6, part, parts: 3 },
    { name: `${name}_bias`, shape: [2, 3], from: weights['qkv.bias']!, inputs: 1, part, parts: 3 },
  ])
  const out = { part: 0, parts: 1 }
  entries.push({ name: 'attention_output_kernel', shape: [2, 3, 6], from: weights['proj.weight']!, inputs: 6, ...out })
  entries.push({ name: 'attention_output_bias', shape: [6], from: weights['proj.bias']!, inputs: 1, ...out })
  return entries.map(({ name, shape, from, inputs, part, parts }) => {
    const turn = (values: number[]) => fromLinear(values, inputs, part, parts)
    return { name, shape, values: turn(from.values), gradient: turn(from.gradient) }
  })
}

function normWeights({ weights }: Recorded) {
  return [
    { name: 'gamma', ...weights['weight']! },
    { name: 'beta', ...weights['bias']! },
  ]
}

function oneLayer(type: LayerType, config: Record<string, unknown>, shape: number[]): Network {
  const layer = (name: string, kind: LayerType, args: Record<string, unknown>, inputs: string[]): Layer => {
    return { name, type: kind, config: args, inputs, block: 'b' }
  }
  const layers = [layer('input', 'InputLayer', { shape }, []), layer('it', type, config, ['input'])]
  return { name: 'one', blocks: [{ name: 'b', label: 'b' }], layers, outputs: ['it'], features: 'it' }
}

test.each([
  ['LayerNormalization', { epsilon: 1e-3 }, reference.layer_norm, normWeights(reference.layer_norm)],
  ['MultiHeadAttention', { num_heads: 2, key_dim: 3 }, reference.attention, attentionWeights(reference.attention)],
] as const)('%s: output and gradients are PyTorch’s; no tensor is left', (type, config, wanted, weights) => {
  const before = tf.memory().numTensors
  const network = oneLayer(type, config, wanted.x.shape.slice(1))
  const values = new Map(
    weights.map(({ name, shape, values: list }) => [`it/${name}`, { shape, values: Float32Array.from(list) }]),
  )
  const model = createModel(tf, network, values, 0)
  tf.tidy(() => {
    const x = tf.tensor(wanted.x.values, wanted.x.shape)
    const dy = tf.tensor(wanted.dy, wanted.x.shape)
    const training = { step: tf.scalar(0, 'int32'), layers: new Set(['it']) }
    expect(largestDifference(model.forward(x)[0]!.dataSync(), wanted.y)).toBeLessThan(1e-5)
    const dx = tf.grad((input) => model.forward(input, { training })[0]!)(x, dy)
    expect(largestDifference(dx.dataSync(), wanted.dx)).toBeLessThan(2e-5)
    const variables = weights.map(({ name }) => model.weights.get(`it/${name}`)!)
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(model.forward(x, { training })[0]!, dy)), variables)
    weights.forEach(({ name, gradient }, i) => {
      const found = grads[variables[i]!.name]!
      expect(found.shape, name).toEqual(variables[i]!.shape)
      expect(largestDifference(found.dataSync(), gradient), name).toBeLessThan(5e-5)
    })
  })
  model.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('attention leaves a share of itself out in training alone', () => {
  const network = oneLayer('MultiHeadAttention', { num_heads: 2, key_dim: 3, dropout: 0.5 }, [5, 6])
  const values = attentionWeights(reference.attention).map(({ name, shape, values: list }) => {
    return [`it/${name}`, { shape, values: Float32Array.from(list) }] as const
  })
  const model = createModel(tf, network, new Map(values), 0)
  tf.tidy(() => {
    const x = tf.tensor(reference.attention.x.values, [2, 5, 6])
    const at = (step: number) => {
      const training = { step: tf.scalar(step, 'int32'), layers: new Set(['it']) }
      return [...model.forward(x, { training })[0]!.dataSync()]
    }
    expect(largestDifference(model.forward(x)[0]!.dataSync(), reference.attention.y)).toBeLessThan(1e-5)
    expect(at(1)).toEqual(at(1))
    expect(at(1)).not.toEqual(at(2))
  })
  model.dispose()
})
