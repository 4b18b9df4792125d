import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Layer, Network, Preprocessing } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { onnxExporter } from '../../src-main/learning/exporters/onnx.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { onnx } from '../../src-main/learning/importers/onnx.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'
import { chain, chainModel, operationNetworks } from '../support/layer-chains.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-round-trip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PICTURES: Preprocessing = {
  kind: 'image',
  height: 5,
  width: 6,
  channels: 3,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'cover',
}

/** The network behind a convolution that makes its input of pictures: the importer reads networks of pictures alone. */
function ofPictures({ layers, ...network }: Network): Network {
  const { shape } = layers[0]!.config as { shape: number[] }
  const channels = shape.at(-1)!
  const picture = shape.length === 3 ? [shape[0]!, shape[1]!, 3] : [shape[0]!, 1, 3]
  const layer = (name: string, type: Layer['type'], config: Layer['config'], inputs: string[]): Layer => ({ name, type, config, inputs, block: 'b' }) // prettier-ignore
  const entry = [
    layer('input', 'InputLayer', { shape: picture }, []),
    layer('entry', 'Conv2D', { filters: channels, kernel_size: 1 }, ['input']),
    layer('entry_shape', 'Reshape', { target_shape: shape }, ['entry']),
  ]
  const others = layers.slice(1).map((each) => ({
    ...each,
    inputs: each.inputs.map((name) => (name === 'input' ? 'entry_shape' : name)),
  }))
  return { ...network, layers: [...entry, ...others] }
}

function run(network: Network, weights: WeightValues): Float32Array {
  const tf = nativeRuntime().tf
  tf.setBackend('tensorflow')
  const shape = [2, ...inferNetwork(network).shapes.get(network.layers[0]!.name)!]
  const random = seededRandom(3, 'x')
  const x = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 4 - 2)
  const model = createModel(tf, network, weights, 0)
  const [y] = tf.tidy(() => model.forward(tf.tensor(x, shape)).map((each) => each.dataSync<'float32'>().slice()))
  model.dispose()
  return y!
}

/** What Graft's importer does not read. */
const REFUSED: Record<string, RegExp> = {
  'layers of transformers': /attention that is not the plain one/,
  'PReLU, a slope for each value': /slopes that are not of the channels/,
  'LayerScale and Normalization of a vector': /belong neither to channels nor to tokens/,
  'attention of several heads': /attention that is not the plain one/,
  'attention of one head without biases': /attention that is not the plain one/,
  'Cropping2D, nearest UpSampling2D, Reshape': /across its axes/,
}

const NETWORKS: Record<string, Network> = {
  ...operationNetworks(),
  'attention behind a normalization': chain([
    ['Reshape', { target_shape: [30, 4] }],
    ['ClassToken', { tokens: 1 }],
    ['PositionalEmbedding', {}],
    ['LayerNormalization', {}],
    ['MultiHeadAttention', { num_heads: 2, key_dim: 2 }],
    ['SelectToken', { index: 0 }],
  ]),
  'Cropping2D, UpSampling2D': chain([
    ['Cropping2D', { cropping: [[1, 0], [2, 1]] }], // prettier-ignore
    ['UpSampling2D', { size: [2, 3] }],
  ]),
}

it.each(Object.entries(NETWORKS))('%s: imported again the ONNX file gives the same', async (name, given) => {
  const network = ofPictures(given)
  const model: ExportModel = { ...chainModel(network), preprocessing: PICTURES }
  const weights = new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }])) // prettier-ignore
  for (const options of [{ batchNorm: 'kept' }, { layout: 'nchw' }]) {
    const target = mkdtempSync(join(folder, 'model-'))
    await onnxExporter.write(model, target, options)
    const reading = onnx.read({ path: join(target, 'model.onnx'), family: null, inputSize: null })
    if (Object.hasOwn(REFUSED, name)) {
      await expect(reading).rejects.toThrow(REFUSED[name])
      continue
    }
    const again = await reading
    const received = run(again.network, again.weights)
    expect(largestDifference(received, run(network, weights)), JSON.stringify(options)).toBeLessThan(1e-5)
  }
})
