import { resizePositions } from '../../weights/resize-positions.ts'
import type { LayerCall, LayerLowering } from '../layer-lowering.ts'

/** Tokens are added to an empty place in front: no size depends on the batch. */
export const classToken: LayerLowering<'ClassToken'> = ({ constant, emit, inputs, read, shape }, { tokens }) => {
  const [count, width] = shape as [number, number]
  const padded = emit('padded', { op: 'pad', pads: [[tokens, 0], [0, 0]] }, inputs) // prettier-ignore
  const values = () => {
    const all = new Float32Array(count * width)
    all.set(read('token'))
    return all
  }
  return emit('joined', { op: 'add' }, [padded, constant('token', shape, values)])
}

export const positionalEmbedding: LayerLowering<'PositionalEmbedding'> = (call, { resized }) => {
  const learnt = () => call.read('embedding')
  const values = resized === undefined ? learnt : () => resizePositions(learnt(), resized)
  return call.emit('placed', { op: 'add' }, [...call.inputs, call.constant('embedding', call.shape, values)])
}

export const selectToken: LayerLowering<'SelectToken'> = ({ emit, inputs, shape }, { index }) => {
  const [width] = shape as [number]
  const one = emit('one', { op: 'slice', begin: [index, 0], size: [1, width] }, inputs, [1, width])
  return emit('token', { op: 'reshape', shape }, [one])
}

const PROJECTIONS = ['query', 'key', 'value'] as const

/** Queries, keys and values of all heads at once, softmax(q k^T / sqrt(size)) v of each head, and a dense layer over all of them. The scale
 *  stands in the query's weights. */
export const multiHeadAttention: LayerLowering<'MultiHeadAttention'> = (call, config) => {
  const { emit, shape } = call
  const { num_heads: heads, key_dim: size } = config
  const [tokens] = shape as [number, number]
  const [query, key, value] = PROJECTIONS.map((name) => {
    const flat = projected(call, config, name)
    const apart = emit(`${name}_apart`, { op: 'reshape', shape: [tokens, heads, size] }, [flat], [tokens, heads, size])
    return emit(`${name}_heads`, { op: 'transpose', order: [1, 0, 2] }, [apart], [heads, tokens, size])
  }) as [string, string, string]
  const product = { op: 'matrixProduct', isSecondTransposed: true } as const
  const scores = emit('scores', product, [query, key], [heads, tokens, tokens])
  const shares = emit('shares', { op: 'softmax' }, [scores], [heads, tokens, tokens])
  const seen = emit('seen', { ...product, isSecondTransposed: false }, [shares, value], [heads, tokens, size])
  const ordered = emit('seen_tokens', { op: 'transpose', order: [1, 0, 2] }, [seen], [tokens, heads, size])
  const together = [tokens, heads * size]
  const joined = emit('seen_joined', { op: 'reshape', shape: together }, [ordered], together)
  return outputOf(call, config, joined)
}

type Config = Parameters<LayerLowering<'MultiHeadAttention'>>[1]

/** (tokens, C) -> (tokens, heads * size). */
function projected(call: LayerCall, config: Config, name: (typeof PROJECTIONS)[number]): string {
  const { constant, emit, inputs, read, shape } = call
  const [tokens, channels] = shape as [number, number]
  const units = config.num_heads * config.key_dim
  const factor = name === 'query' ? 1 / Math.sqrt(config.key_dim) : 1
  const scaled = (values: Float32Array) => (factor === 1 ? values : values.map((each) => each * factor))
  const kernel = constant(`${name}_kernel`, [channels, units], () => scaled(read(`${name}_kernel`)))
  const bias = biasOf(call, config, name, units, () => scaled(read(`${name}_bias`)))
  return emit(name, { op: 'dense' }, [...inputs, kernel, bias], [tokens, units])
}

function outputOf(call: LayerCall, config: Config, value: string): string {
  const channels = call.shape[1]!
  const shape = [config.num_heads * config.key_dim, channels]
  const kernel = call.constant('attention_output_kernel', shape, () => call.read('attention_output_kernel'))
  const bias = biasOf(call, config, 'attention_output', channels, () => call.read('attention_output_bias'))
  return call.emit('output', { op: 'dense' }, [value, kernel, bias])
}

function biasOf(call: LayerCall, config: Config, name: string, size: number, values: () => Float32Array): string {
  return config.use_bias ? call.constant(`${name}_bias`, [size], values) : call.absentBias(`${name}_bias`, size)
}
