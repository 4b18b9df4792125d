import type { Network } from '../../src-main/contract/network.ts'
import { createModel, type Model } from '../../src-main/learning/engine/model/model.ts'
import type { ImportedModel } from '../../src-main/learning/importers/importer.ts'
import { withoutSoftmax } from '../../src-main/learning/network/without-softmax.ts'
import type { Scalar, Tensor, Tf } from '../../src-main/learning/runtime.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'

/** Largest difference of each tensor that an imported network's own program gave (build/verify-imports/torch_reference.py: outputs, inner layers,
 *  loss and gradients of a batch), relative to the largest value of it. */
export function referenceDifferences(tf: Tf, imported: ImportedModel, reference: WeightValues): [string, number][] {
  const { weights } = imported
  const model = createModel(tf, withoutSoftmax(imported.network), weights, 0)
  const { shape, values } = reference.get('input')!
  const received: Named[] = []
  tf.tidy(() => {
    const x = tf.tensor(values, [...shape])
    received.push(...outputsOf(model, x, reference), ...gradientsOf(tf, model, x, reference))
  })
  model.dispose()
  return received.map(([name, result]) => [name, relativeDifference(result, reference.get(name)!.values)])
}

type Named = [name: string, values: ArrayLike<number>]

function outputsOf(model: Model, x: Tensor, reference: WeightValues): Named[] {
  const names = [...reference.keys()].filter((name) => /^(logits|features|layer:)/.test(name))
  const results = model.forward(x, { outputs: names.map((name) => layerOf(name, model.network)) })
  return names.map((name, index) => [name, results[index]!.dataSync()])
}

function layerOf(name: string, network: Network): string {
  if (name === 'logits') return network.outputs[0]!
  if (name === 'features') return network.features
  const wanted = name.slice('layer:'.length)
  const layer = network.layers.find((each) => (each.title ?? each.name) === wanted)
  if (layer === undefined) throw new Error(`Expected a layer ${wanted}. Received: none in ${network.name}.`)
  return layer.name
}

function gradientsOf(tf: Tf, model: Model, x: Tensor, reference: WeightValues): Named[] {
  const names = [...reference.keys()].filter((name) => name.startsWith('gradient:'))
  if (names.length === 0) return []
  const variables = names.map((name) => model.weights.get(name.slice('gradient:'.length))!)
  const { value, grads } = tf.variableGrads(() => lossOf(tf, model, x), variables)
  const gradients = names.map((name, index): Named => [name, grads[variables[index]!.name]!.dataSync()])
  return [['loss', value.dataSync()], ...gradients]
}

/** Cross-entropy of a batch whose classes are 0, 1 ...; no layer trains, so norms keep their averages and nothing is dropped. */
function lossOf(tf: Tf, model: Model, x: Tensor): Scalar {
  const [logits] = model.forward(x, { training: { step: tf.scalar(0), layers: new Set() } })
  const [rows, classes] = logits!.shape as [number, number]
  const labels = tf.oneHot(tf.range(0, rows, 1, 'int32'), classes)
  return tf.losses.softmaxCrossEntropy(labels, logits as Tensor) as Scalar
}

/** The largest one, relative to the largest expected value. */
export function relativeDifference(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (received.length !== expected.length) throw new Error(`${received.length} values against ${expected.length}`)
  let [largest, scale] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(received[i]! - expected[i]!))
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return largest / scale
}
