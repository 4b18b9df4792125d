import { describe, expect, it } from 'vitest'
import type { Layer, Network } from '../../../../src-main/contract/network.ts'
import { ARCHITECTURES } from '../../../../src-main/learning/architectures/index.ts'
import { efficientnetTimm } from '../../../../src-main/learning/importers/torch/families/efficientnet-timm.ts'
import type { TorchFamily } from '../../../../src-main/learning/importers/torch/families/family.ts'
import { resnet } from '../../../../src-main/learning/importers/torch/families/resnet.ts'
import type { StateDict } from '../../../../src-main/learning/importers/torch/state-dict.ts'
import { TorchNetwork } from '../../../../src-main/learning/importers/torch/torch-network.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { layerConfig } from '../../../../src-main/learning/network/layer-config.ts'

const SIZE = 64

const NAMES: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
}

/** The tensors of a network as PyTorch has them, without their numbers. */
function tensorsOf(network: Network): StateDict {
  const tensors = inferNetwork(network).weights.map(({ layer, name, shape }) => {
    const turned = name.endsWith('kernel') && shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis]!) : shape
    const own = name === 'depthwise_kernel' ? [shape[2]!, 1, shape[0]!, shape[1]!] : turned
    const given = name === 'kernel' && shape.length === 2 ? [...shape].reverse() : own
    return [`${layer}.${NAMES[name] ?? name}`, { shape: given, read: () => new Float32Array() }] as const
  })
  return new Map(tensors)
}

/** What a layer does; how it begins plays no part once weights are loaded. */
function meaning(layer: Layer): unknown {
  const config = Object.entries(layerConfig(layer, layer.type)).filter(([key]) => !key.endsWith('_initializer'))
  return { ...layer, config: Object.fromEntries(config) }
}

describe.each<[string, TorchFamily, string]>([
  ['resnet34', resnet, 'resnet34'],
  ['resnet50', resnet, 'resnet50'],
  ['efficientnet-b0', efficientnetTimm, 'efficientnet_b0'],
  ['mobilenetv3-large', efficientnetTimm, 'mobilenetv3_large_100'],
])('%s', (type, family, name) => {
  it(`is the network that weights of ${name} are read into`, () => {
    const row = ARCHITECTURES.find((each) => each.type === type)!
    const network = row.build(row.params.schema.parse({ classes: 10 }), { kind: 'image', size: SIZE, channels: 3 })
    const state = tensorsOf(network)
    expect(family.matches(state)).toBe(true)
    const hints = { architecture: name }
    const variant = family.variant(state, hints)
    expect(variant.name).toBe(name)
    const torch = new TorchNetwork(type, SIZE, state)
    const imported = family.build(torch, variant, hints)
    expect(torch.missing).toEqual([])
    expect([...torch.used].filter((tensor) => !tensor.endsWith('num_batches_tracked')).sort()).toEqual([...state.keys()].sort()) // prettier-ignore
    expect({ ...network, layers: network.layers.map(meaning) }).toEqual({
      ...imported,
      layers: imported.layers.map(meaning),
    })
  })
})
