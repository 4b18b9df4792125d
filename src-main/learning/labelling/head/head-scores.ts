import type { Tensor } from '../../runtime.ts'
import type { LabellerContext } from '../labeller-context.ts'
import { featureScale } from '../features/feature-scale.ts'
import { forFeatureBlocks } from '../features/feature-blocks.ts'
import { gatheredRows } from '../features/gathered-rows.ts'
import { headTensors } from './head-tensors.ts'

/** A head's scores before softmax of some rows, (rows * outputs). */
export function scoresOfRows(
  context: LabellerContext,
  parameters: Float64Array,
  outputs: number,
  rows: ArrayLike<number>,
): Float32Array {
  const { tf, features } = context
  const { weights, bias } = headTensors(tf, parameters, featureScale(context), outputs)
  const held = gatheredRows(tf, features, rows)
  const scores = new Float32Array(rows.length * outputs)
  held.forEach((block, from) => {
    const own = tf.tidy(() => tf.add(tf.matMul(block, weights), bias))
    scores.set(own.dataSync(), from * outputs)
    own.dispose()
  })
  held.dispose()
  tf.dispose([weights, bias])
  return scores
}

/** What a head says of every row. `present`: the class of each output. */
export function answersForAll(
  context: LabellerContext,
  parameters: Float64Array,
  present: readonly number[],
  temperature: number,
): { best: Int16Array; confidence: Float32Array; margin: Float32Array } {
  const { tf, features } = context
  const { rows } = features
  const { weights, bias } = headTensors(tf, parameters, featureScale(context), present.length)
  const best = new Int16Array(rows)
  const confidence = new Float32Array(rows)
  const margin = new Float32Array(rows)
  forFeatureBlocks(tf, features, (block, from) => {
    const { values, indices } = tf.tidy(() => {
      const scores = tf.add(tf.matMul(block, weights), bias)
      return tf.topk(tf.softmax(tf.div(scores, temperature) as Tensor), 2)
    })
    const [two, places] = [values.dataSync(), indices.dataSync()]
    tf.dispose([values, indices])
    for (let i = 0; i < block.shape[0]; i++) {
      best[from + i] = present[places[2 * i]!]!
      confidence[from + i] = two[2 * i]!
      margin[from + i] = two[2 * i]! - two[2 * i + 1]!
    }
  })
  tf.dispose([weights, bias])
  return { best, confidence, margin }
}
