import { layerConfig } from '../../network/layer-config.ts'
import { product } from '../../network/layers/row-parts.ts'
import { resizePositions } from '../../weights/resize-positions.ts'
import type { Form, Rewritten, Step } from './rewrite.ts'
import { INPUT } from './rewrite.ts'

/** No format has a layer of learnt positions: flattened, they are what a BatchNormalization with mean 0, variance 1 and no gamma adds. */
export const positionalEmbeddingForm: Form = (layer, { shape, read }) => {
  if (layer.type !== 'PositionalEmbedding') return null
  const { resized } = layerConfig(layer, 'PositionalEmbedding')
  const size = product(shape)
  const learnt = read('embedding')
  const weights = {
    'added/beta': resized === undefined ? learnt : resizePositions(learnt, resized),
    'added/moving_mean': new Float32Array(size),
    'added/moving_variance': new Float32Array(size).fill(1),
  }
  return {
    steps: [
      { name: 'flat', type: 'Flatten', config: {} },
      { name: 'added', type: 'BatchNormalization', config: { scale: false, center: true, epsilon: SMALL_EPSILON } },
      { name: 'tokens', type: 'Reshape', config: { target_shape: [...shape] } },
    ],
    weights,
  }
}

/** So small that 1 / sqrt(1 + epsilon) is 1 in float32. */
const SMALL_EPSILON = 1e-9

/** A class token is added to an empty place in front. */
export const classTokenForm: Form = (layer, { shape, read }) => {
  if (layer.type !== 'ClassToken') return null
  const { tokens } = layerConfig(layer, 'ClassToken')
  const [count, width] = shape as [number, number]
  const embedding = new Float32Array((tokens + count) * width)
  embedding.set(read('token'))
  return {
    steps: [
      { name: 'column', type: 'Reshape', config: { target_shape: [count, 1, width] } },
      { name: 'padded', type: 'ZeroPadding2D', config: { padding: [[tokens, 0], [0, 0]] } }, // prettier-ignore
      { name: 'tokens', type: 'Reshape', config: { target_shape: [tokens + count, width] } },
      { name: 'added', type: 'PositionalEmbedding', config: {} },
    ],
    weights: { 'added/embedding': embedding },
  }
}

export const selectTokenForm: Form = (layer, { shape }) => {
  if (layer.type !== 'SelectToken') return null
  const { index } = layerConfig(layer, 'SelectToken')
  const [count, width] = shape as [number, number]
  const cropping = [[index, count - 1 - index], [0, 0]] // prettier-ignore
  return {
    steps: [
      { name: 'column', type: 'Reshape', config: { target_shape: [count, 1, width] } },
      { name: 'one', type: 'Cropping2D', config: { cropping } },
      { name: 'selected', type: 'Reshape', config: { target_shape: [width] } },
    ],
  }
}

const PROJECTIONS = ['query', 'key', 'value'] as const

/** Head by head: three Dense layers, softmax(q k^T) v as two products, and a Dense layer over all heads. TensorFlow.js' own
 *  MultiHeadAttention cannot stand in a saved model, because it takes its inputs by name. */
export const attentionForm: Form = (layer, { shape, read }) => {
  if (layer.type !== 'MultiHeadAttention') return null
  const { num_heads: heads, key_dim: size, use_bias: hasBias, dropout } = layerConfig(layer, 'MultiHeadAttention')
  const channels = shape[1]!
  const steps: Step[] = []
  const weights: Record<string, Float32Array> = {}
  for (let head = 0; head < heads; head++) {
    for (const name of PROJECTIONS) {
      steps.push({ name: `${name}${head}`, type: 'Dense', config: { units: size, use_bias: hasBias }, from: [INPUT] })
      const scale = name === 'query' ? 1 / Math.sqrt(size) : 1
      const own = (values: Float32Array) => headOf(values, { head, heads, size }).map((value) => value * scale)
      weights[`${name}${head}/kernel`] = own(read(`${name}_kernel`))
      if (hasBias) weights[`${name}${head}/bias`] = own(read(`${name}_bias`))
    }
    steps.push(...sharesOf(head, dropout))
    const from = [dropout > 0 ? `kept${head}` : `shares${head}`, `value${head}`]
    steps.push({ name: `seen${head}`, type: 'Dot', config: { axes: [2, 1] }, from })
  }
  if (heads > 1) {
    const from = Array.from({ length: heads }, (_, head) => `seen${head}`)
    steps.push({ name: 'seen', type: 'Concatenate', config: {}, from })
  }
  steps.push({ name: 'output', type: 'Dense', config: { units: channels, use_bias: hasBias } })
  weights['output/kernel'] = read('attention_output_kernel')
  if (hasBias) weights['output/bias'] = read('attention_output_bias')
  return { steps, weights } satisfies Rewritten
}

function sharesOf(head: number, dropout: number): Step[] {
  const scores: Step = { name: `scores${head}`, type: 'Dot', config: { axes: [2, 2] }, from: [`query${head}`, `key${head}`] } // prettier-ignore
  const shares: Step = { name: `shares${head}`, type: 'Activation', config: { activation: 'softmax' } }
  const kept: Step = { name: `kept${head}`, type: 'Dropout', config: { rate: dropout } }
  return dropout > 0 ? [scores, shares, kept] : [scores, shares]
}

/** (..., heads, size) -> (..., size) of one head. */
function headOf(values: Float32Array, { head, heads, size }: { head: number; heads: number; size: number }) {
  const rows = values.length / heads / size
  return Float32Array.from({ length: rows * size }, (_, i) => {
    return values[(Math.floor(i / size) * heads + head) * size + (i % size)]!
  })
}
