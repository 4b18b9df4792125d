import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network, Preprocessing } from '../../src-main/contract/network.ts'
import { ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { float32Tensor, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'

export const COLOURS = ['red', 'green', 'blue']

const PREPROCESSING: Preprocessing = {
  kind: 'image',
  height: 32,
  width: 32,
  channels: 3,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  resize: 'cover',
}

/** A LeNet for colour pictures of 32 pixels, with three outputs that end in a softmax. */
export function smallClassifier(): Network {
  const row = ARCHITECTURES.find(({ type }) => type === 'lenet')!
  const network = row.build(row.params.schema.parse({}), { kind: 'image', size: 32, channels: 3 })
  const output = { name: 'classes', type: 'Dense', config: { units: 3, activation: 'softmax' }, block: 'head' } as const
  return {
    ...network,
    blocks: [...network.blocks, { name: 'head', label: 'Head' }],
    layers: [...network.layers, { ...output, inputs: [network.outputs[0]!] }],
    outputs: ['classes'],
  }
}

/** Values between -0.2 and 0.2 by seed; variances are positive. */
export function randomWeights(network: Network): WeightValues {
  const random = seededRandom(3, 'small classifier')
  return new Map(
    inferNetwork(network).weights.map(({ fullName, shape }) => {
      const length = shape.reduce((size, side) => size * side, 1)
      const isVariance = fullName.endsWith('/moving_variance')
      const values = Float32Array.from({ length }, () => (isVariance ? 0.5 + random() : random() * 0.4 - 0.2))
      return [fullName, { shape, values }]
    }),
  )
}

/** The folder of such a model as a run leaves it; answers its path. */
export function writeGraftModel(
  folder: string,
  {
    network = smallClassifier(),
    weights = randomWeights(network),
    classes = COLOURS,
    preprocessing = PREPROCESSING,
  } = {},
): string {
  mkdirSync(folder, { recursive: true })
  const json = (name: string, value: unknown): void =>
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(value))
  json('network', network)
  json('preprocessing', preprocessing)
  json('heads', [{ name: network.outputs[0], column: 'colour', type: 'classification', classes }])
  const tensors = [...weights].map(([name, { shape, values }]) => float32Tensor(name, shape, values))
  writeSafetensors(join(folder, 'weights.safetensors'), tensors)
  return folder
}
