import { describe, expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import { convnextTiny } from '../../../../src-main/learning/architectures/convnext-tiny.ts'
import { mobilenetv2 } from '../../../../src-main/learning/architectures/mobilenetv2.ts'
import { vitSmall16 } from '../../../../src-main/learning/architectures/vit-small-16.ts'
import { vitTiny16 } from '../../../../src-main/learning/architectures/vit-tiny-16.ts'
import type { Architecture } from '../../../../src-main/learning/architectures/architecture.ts'
import { resnet } from '../../../../src-main/learning/importers/torch/families/resnet.ts'
import type { StateDict } from '../../../../src-main/learning/importers/torch/state-dict.ts'
import { TorchNetwork } from '../../../../src-main/learning/importers/torch/torch-network.ts'
import { networkFigures } from '../../../../src-main/learning/network/network-figures.ts'

const of = (row: Architecture, options: object = { classes: 1000 }): Network =>
  row.build(row.params.schema.parse(options), { kind: 'image', size: 224, channels: 3 })

/** Shapes of torchvision's ResNet-50. */
function resnet50(): Network {
  const shapes = new Map<string, number[]>([
    ['conv1.weight', [64, 3, 7, 7]],
    ['bn1.weight', [64]],
    ['fc.weight', [1000, 2048]],
    ['fc.bias', [1000]],
  ])
  let channels = 64
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** stage
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`
      shapes.set(`${name}.conv1.weight`, [width, channels, 1, 1])
      shapes.set(`${name}.conv2.weight`, [width, width, 3, 3])
      shapes.set(`${name}.conv3.weight`, [4 * width, width, 1, 1])
      if (block === 0) shapes.set(`${name}.downsample.0.weight`, [4 * width, channels, 1, 1])
      channels = 4 * width
    }
  }
  const norms = [...shapes].flatMap(([name, shape]) => {
    if (shape.length !== 4) return []
    const norm = name
      .replace('conv', 'bn')
      .replace('downsample.0', 'downsample.1')
      .replace(/\.weight$/, '')
    return ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${norm}.${part}`, [shape[0]!]] as const)
  })
  const state = new Map([...shapes, ...norms].map(([name, shape]) => [name, { shape }]))
  const torch = new TorchNetwork('resnet50', 224, state as unknown as StateDict)
  const network = resnet.build(torch, resnet.variant(torch.state, { architecture: null }), { architecture: null })
  expect(torch.missing).toEqual([])
  return network
}

describe('multiply-adds', () => {
  it.each([
    // torchvision: 4.09 (convolutions and dense layers alone); timm: 4.11, with more of the rest.
    ['ResNet-50', resnet50, 4.09, 4.15],
    // Sandler et al. 2018, table 4: 300 M.
    ['MobileNetV2', () => of(mobilenetv2, {}), 0.295, 0.32],
    // Touvron et al. 2021, table 1: 1.3 and 4.6, attention included.
    ['ViT-Ti/16', () => of(vitTiny16), 1.25, 1.3],
    ['ViT-S/16', () => of(vitSmall16), 4.55, 4.65],
    // Liu et al. 2022, table 1: 4.5.
    ['ConvNeXt-T', () => of(convnextTiny), 4.45, 4.5],
  ])('of %s are those that are published, at 224 pixels', (_name, network, low, high) => {
    const billions = networkFigures(network()).multiplyAdds / 1e9
    expect(billions).toBeGreaterThanOrEqual(low)
    expect(billions).toBeLessThanOrEqual(high)
  })
})

it('ResNet-50 has the parameters of torchvision’s', () => {
  expect(networkFigures(resnet50()).parameters).toBe(25_557_032)
})

describe('the key', () => {
  it('is that of every network of the same function, whatever its layers are called', () => {
    const plain = of(vitTiny16)
    const renamed = JSON.parse(JSON.stringify(plain).replaceAll('"name":"vit-tiny-16"', '"name":"mine"')) as Network
    expect(networkFigures(renamed).key).toBe(networkFigures(plain).key)
    expect(networkFigures(of(vitTiny16, { classes: 10 })).key).not.toBe(networkFigures(plain).key)
  })
})
