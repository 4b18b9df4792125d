import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Layer, Network, Preprocessing } from '../../src-main/contract/network.ts'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'

type ImagePreprocessing = Extract<Preprocessing, { kind: 'image' }>

export const PIXEL_MODEL: ImagePreprocessing = {
  ...{ kind: 'image', height: 20, width: 24, channels: 3, resize: 'cover' },
  ...{ mean: [0.5, 0.4, 0.3], std: [0.25, 0.5, 0.3] },
}

const LABEL: Manifest['heads'][number] = {
  ...{ name: 'label', column: 'label', type: 'classification' },
  classes: ['ant', 'bee', 'fly', 'wasp'],
}
const SIZE: Manifest['heads'][number] = {
  ...{ name: 'size', column: 'size', type: 'regression', classes: [] },
  scale: { mean: 1e6, std: 3 },
}

/** A small network of random weights that looks at every pixel, as an exporter gets it: what other pixels are shows in its probabilities. */
export function pixelModel(more: Partial<ImagePreprocessing> = {}, heads: Manifest['heads'] = [LABEL]): ExportModel {
  const preprocessing = { ...PIXEL_MODEL, ...more }
  const { height, width, channels } = preprocessing
  const layer = (name: string, type: Layer['type'], config: Layer['config'], ...inputs: string[]): Layer => {
    return { name, type, config, inputs, block: 'all' }
  }
  const network: Network = {
    ...{ name: 'pixels', blocks: [{ name: 'all', label: 'All' }], features: 'flat' },
    layers: [
      layer('input', 'InputLayer', { shape: [height, width, channels] }),
      layer('conv', 'Conv2D', { filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu' }, 'input'), // prettier-ignore
      layer('flat', 'Flatten', {}, 'conv'),
      ...heads.map(({ name, classes }) => layer(name, 'Dense', { units: Math.max(1, classes.length) }, 'flat')),
    ],
    outputs: heads.map(({ name }) => name),
  }
  const exported = exportNetwork(network, heads)
  const { weights } = inferNetwork(exported)
  const random = seededRandom(7, 'pixels')
  const values = new Map(
    weights.map(({ fullName, shape }) => {
      const length = shape.reduce((total, value) => total * value, 1)
      return [fullName, Float32Array.from({ length }, () => (random() - 0.5) / 4)]
    }),
  )
  return { network: exported, weights, read: (name) => values.get(name)!, preprocessing, heads }
}

export const BOTH_HEADS = [LABEL, SIZE]
export const ONE_NUMBER = [SIZE]
