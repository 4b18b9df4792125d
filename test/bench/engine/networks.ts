import type { Layer, Network } from '../../../src-main/contract/network.ts'
import { efficientnetLite0 } from '../../../src-main/learning/architectures/efficientnet-lite0.ts'
import { efficientnetLite2 } from '../../../src-main/learning/architectures/efficientnet-lite2.ts'
import { convnextTiny } from '../../../src-main/learning/architectures/convnext-tiny.ts'
import { mobilenetv2 } from '../../../src-main/learning/architectures/mobilenetv2.ts'
import { resnet50 } from '../../../src-main/learning/architectures/resnet50.ts'
import { vitSmall16 } from '../../../src-main/learning/architectures/vit-small-16.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'

/** The networks of the bench, as descriptions that every contender builds its own model from. */
export const NETWORKS: Readonly<Record<string, () => Network>> = Object.freeze({
  /** Trained whole, 10 classes. */
  'mobilenet-train': () => withHead(mobilenetv2.build(defaults(mobilenetv2), { kind: 'image', size: 96, channels: 3 })),
  'mobilenet-features': () =>
    features(mobilenetv2.build(defaults(mobilenetv2), { kind: 'image', size: 96, channels: 3 })),
  'efficientnet-features': () =>
    features(efficientnetLite0.build(defaults(efficientnetLite0), { kind: 'image', size: 224, channels: 3 })),
  /** At its own size. */
  'efficientnet-lite2-features': () =>
    features(efficientnetLite2.build(defaults(efficientnetLite2), { kind: 'image', size: 260, channels: 3 })),
  'efficientnet-head': () =>
    withHead(
      features(efficientnetLite0.build(defaults(efficientnetLite0), { kind: 'image', size: 224, channels: 3 })),
      8,
    ),
  'small-cnn': smallCnn,
  'resnet50-features': () => photographed(resnet50),
  'resnet50-last-block': () => lastBlock(photographed(resnet50), 'layer4.2.conv1'),
  'convnext-features': () => photographed(convnextTiny),
  'convnext-last-block': () => lastBlock(photographed(convnextTiny), 'stages.3.blocks.2.conv_dw'),
  'vit-features': () => photographed(vitSmall16),
  'vit-last-block': () => lastBlock(photographed(vitSmall16), 'blocks.11.norm1'),
  head: () => withHead(chain('input', [1280], []), 10),
})

function defaults(row: { params: { schema: { parse(value: unknown): unknown } } }): never {
  return row.params.schema.parse({}) as never
}

function features(network: Network): Network {
  const end = network.layers.findIndex(({ name }) => name === network.features)
  return { ...network, layers: network.layers.slice(0, end + 1), outputs: [network.features] }
}

function photographed(row: typeof resnet50): Network {
  return features(row.build(defaults(row), { kind: 'image', size: 224, channels: 3 }))
}

/** From the layer `first` on, trained on what comes before it. */
function lastBlock(network: Network, first: string): Network {
  const from = network.layers.findIndex(({ name }) => name === first)
  const [before] = network.layers[from]!.inputs
  const shape = inferNetwork(network).shapes.get(before!)!
  const input: Layer = { name: 'input', type: 'InputLayer', config: { shape }, inputs: [], block: 'input' }
  const layers = network.layers.slice(from).map((layer) => ({
    ...layer,
    inputs: layer.inputs.map((name) => (name === before ? 'input' : name)),
  }))
  return withHead({ ...network, name: `${network.name} last block`, layers: [input, ...layers] })
}

function withHead(network: Network, units = 10): Network {
  const head: Layer = { name: 'head', type: 'Dense', config: { units }, inputs: [network.features], block: 'head' }
  const end = network.layers.findIndex(({ name }) => name === network.features)
  return {
    ...network,
    blocks: [...network.blocks, { name: 'head', label: 'head' }],
    layers: [...network.layers.slice(0, end + 1), head],
    outputs: ['head'],
  }
}

function chain(name: string, shape: number[], rest: [string, Layer['type'], Record<string, unknown>][]): Network {
  const layers: Layer[] = [{ name, type: 'InputLayer', config: { shape }, inputs: [], block: 'all' }]
  for (const [layer, type, config] of rest) {
    layers.push({ name: layer, type, config, inputs: [layers.at(-1)!.name], block: 'all' })
  }
  const features_ = layers.at(-1)!.name
  return { name: 'bench', blocks: [{ name: 'all', label: 'all' }], layers, outputs: [features_], features: features_ }
}

/** Conv 32, Conv 64, max pooling, Dense 128 and the head, on 28x28. */
function smallCnn(): Network {
  return withHead(
    chain(
      'input',
      [28, 28, 1],
      [
        ['conv1', 'Conv2D', { filters: 32, kernel_size: [3, 3], activation: 'relu' }],
        ['conv2', 'Conv2D', { filters: 64, kernel_size: [3, 3], activation: 'relu' }],
        ['pool', 'MaxPooling2D', { pool_size: [2, 2] }],
        ['flatten', 'Flatten', {}],
        ['dense', 'Dense', { units: 128, activation: 'relu' }],
      ],
    ),
  )
}
