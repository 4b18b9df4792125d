import type { Layer, Network } from '../../contract/network.ts'
import { attentionOf } from '../engine/model/layers/attention.ts'
import type { Model } from '../engine/model/model.ts'
import { inferNetwork } from '../network/infer.ts'
import { layerConfig } from '../network/layer-config.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { HeatValues } from './heat-values.ts'

export interface TokenGrid {
  /** Patches of the picture, which stand behind `prefix` learnt tokens. */
  readonly rows: number
  readonly columns: number
  readonly prefix: number
  /** The token that the head reads; null: it reads the mean of them. */
  readonly read: number | null
  /** In the network's order. */
  readonly attention: readonly Layer[]
}

/** How the tokens of a transformer lie over the picture; null: the network is none, or its tokens do not stay what they were. */
export function tokenGrid(network: Network): TokenGrid | null {
  const attention = network.layers.filter(({ type }) => type === 'MultiHeadAttention')
  if (attention.length === 0) return null
  const { shapes } = inferNetwork(network)
  const counts = new Set(attention.map(({ name }) => shapes.get(name)![0]!))
  const grid = network.layers.findLast(({ name, type, inputs }) => {
    return type === 'Reshape' && shapes.get(name)!.length === 2 && shapes.get(inputs[0]!)!.length === 3
  })
  if (grid === undefined || counts.size !== 1) return null
  const [rows, columns] = shapes.get(grid.inputs[0]!) as [number, number, number]
  const prefix = [...counts][0]! - rows * columns
  const learnt = network.layers.filter(({ type }) => type === 'ClassToken')
  const tokens = learnt.reduce((sum, layer) => sum + layerConfig(layer, 'ClassToken').tokens, 0)
  if (shapes.get(grid.name)![0] !== rows * columns || prefix !== tokens) return null
  const chosen = network.layers.find(({ type }) => type === 'SelectToken')
  const read = chosen === undefined ? null : layerConfig(chosen, 'SelectToken').index
  return { rows, columns, prefix, read, attention }
}

/** Attention rollout: how much of each patch arrives in what the head reads. Paper: Abnar and Zuidema, ACL 2020, arXiv 2005.00928, section 3:
 *
 *  A_l = (mean over heads of the attention of layer l + I) / 2;  R = A_L ... A_2 A_1
 *
 *  The map is the row of the class token, or the mean of all rows where the head reads the mean, at the patches' places.
 *  x: (1, H, W, C) as the network takes it. */
export function attentionRollout(tf: Tf, model: Model, x: Tensor, grid: TokenGrid): HeatValues {
  const { rows, columns, prefix, read, attention } = grid
  const values = tf.tidy(() => {
    const inputs = model.forward(x, { outputs: attention.map(({ inputs: [input] }) => input!) })
    const rollout = attention.reduce<Tensor | null>((before, layer, index) => {
      const weight = (name: string) => model.weights.get(`${layer.name}/${name}`)!
      const shares = attentionOf({ tf, inputs: [inputs[index]!], weight }, layerConfig(layer, 'MultiHeadAttention'))
      const mean = tf.squeeze(tf.mean(shares, 1), [0]) // (N, N)
      const own = tf.div(tf.add(mean, tf.eye(mean.shape[0]!)), 2)
      return before === null ? own : tf.matMul(own, before)
    }, null)!
    const row = read === null ? tf.mean(rollout, 0) : tf.reshape(tf.slice(rollout, [read, 0], [1, -1]), [-1])
    return tf.slice(row, [prefix], [rows * columns])
  })
  const heat = { rows, columns, values: new Float32Array(values.dataSync<'float32'>()) }
  values.dispose()
  return heat
}
