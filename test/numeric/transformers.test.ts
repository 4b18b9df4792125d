import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import { convNext } from '../../src-main/learning/architectures/convnext.ts'
import { visionTransformer } from '../../src-main/learning/architectures/vision-transformer.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { resizeNetwork } from '../../src-main/learning/network/resize-network.ts'
import { resizePositions } from '../../src-main/learning/weights/resize-positions.ts'
import { formulaWeights, fromLinear } from '../support/formula-weights.ts'
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
const reference = JSON.parse(readFileSync(file, 'utf8')) as {
  layer_norm: Recorded
  attention: Recorded
  vit: number[]
  convnext: number[]
}
const { tf } = nativeRuntime()

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

test.each([
  [
    'ViT',
    visionTransformer({ name: 'vit', shape: [16, 16, 3], patch: 8, width: 12, depth: 2, heads: 3, classes: 4 }),
    reference.vit,
  ],
  [
    'ConvNeXt',
    convNext({ name: 'convnext', shape: [64, 64, 3], depths: [1, 1, 2, 1], widths: [4, 8, 12, 16], classes: 4 }),
    reference.convnext,
  ],
] as const)('%s: timm’s network and weights give timm’s outputs', (_name, network, wanted) => {
  const model = createModel(tf, network, formulaWeights(network), 0)
  const [height, width] = network.layers[0]!.config['shape'] as [number, number]
  const pixels = Float32Array.from({ length: 2 * height * width * 3 }, (_, i) => Math.sin(0.37 * i * i))
  const y = tf.tidy(() => [...model.forward(tf.tensor(pixels, [2, height, width, 3]))[0]!.dataSync()])
  const largest = Math.max(...wanted.map(Math.abs))
  expect(largestDifference(y, wanted) / largest).toBeLessThan(1e-4)
  model.dispose()
})

test('a network at another size is the one with stretched positions, and they learn through it', () => {
  const of = (side: number) =>
    visionTransformer({ name: 'vit', shape: [side, side, 3], patch: 4, width: 6, depth: 1, heads: 2, classes: 3 })
  const weights = formulaWeights(of(8))
  const grids = { prefix: 1, from: [2, 2], to: [3, 3] } as const
  const stretched = Float32Array.from(resizePositions(weights.get('pos_embed/embedding')!.values, grids))
  const larger = new Map(weights).set('pos_embed/embedding', { shape: [10, 6], values: stretched })
  const resized = createModel(tf, resizeNetwork(of(8), [12, 12, 3]), weights, 0)
  const built = createModel(tf, of(12), larger, 0)
  tf.tidy(() => {
    const x = tf.tensor(
      Float32Array.from({ length: 2 * 12 * 12 * 3 }, (_, i) => Math.sin(i)),
      [2, 12, 12, 3],
    )
    const y = built.forward(x)[0]!.dataSync()
    expect(largestDifference(resized.forward(x)[0]!.dataSync(), [...y])).toBeLessThan(1e-5)
    const training = { step: tf.scalar(0, 'int32'), layers: new Set(['pos_embed']) }
    const embedding = resized.weights.get('pos_embed/embedding')!
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(resized.forward(x, { training })[0]!)), [embedding])
    expect(Math.max(...grads[embedding.name]!.dataSync().map(Math.abs))).toBeGreaterThan(0)
  })
  resized.dispose()
  built.dispose()
})
