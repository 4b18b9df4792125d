import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ArchitectureInput } from '../../../../src-main/learning/architectures/architecture.ts'
import { efficientnetLite0 } from '../../../../src-main/learning/architectures/efficientnet-lite0.ts'
import { ALL_ARCHITECTURES, ARCHITECTURES } from '../../../../src-main/learning/architectures/index.ts'
import { hiddenUnits, mlp } from '../../../../src-main/learning/architectures/mlp.ts'
import { mobilenetv2 } from '../../../../src-main/learning/architectures/mobilenetv2.ts'
import { resnet18 } from '../../../../src-main/learning/architectures/resnet18.ts'
import { wideResnet } from '../../../../src-main/learning/architectures/wide-resnet.ts'
import { countParameters } from '../../../../src-main/learning/bases/list-bases.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'

const timmFile = new URL('../../../fixtures/reference/transformers.json', import.meta.url)
const timm = JSON.parse(readFileSync(timmFile, 'utf8')) as { parameters: Record<string, number> }

const image = (size: number, channels: 1 | 3 = 3): ArchitectureInput => ({ kind: 'image', size, channels })

describe('published parameter counts', () => {
  const classifier = (features: number): number => features * 1000 + 1000

  it('EfficientNet-Lite0: 4,652,008', () => {
    const options = efficientnetLite0.params.schema.parse({ classes: 1000 })
    expect(countParameters(efficientnetLite0.build(options, image(224)))).toBe(4_652_008)
  })

  it.each([
    ['vit-tiny-16', 'vit_tiny_patch16_224', 5_717_416],
    ['vit-small-16', 'vit_small_patch16_224', 22_050_664],
    ['convnext-tiny', 'convnext_tiny', 28_589_128],
  ])('%s as timm’s %s: %i', (type, name, parameters) => {
    expect(timm.parameters[name]).toBe(parameters)
    const row = ARCHITECTURES.find((each) => each.type === type)!
    expect(countParameters(row.build(row.params.schema.parse({ classes: 1000 }), image(224)))).toBe(parameters)
  })

  // As torchvision and timm count them.
  it.each([
    ['resnet34', 21_797_672],
    ['resnet50', 25_557_032],
    ['efficientnet-b0', 5_288_548],
    ['mobilenetv3-large', 5_483_032],
  ])('%s: %i', (type, parameters) => {
    const row = ARCHITECTURES.find((each) => each.type === type)!
    expect(countParameters(row.build(row.params.schema.parse({ classes: 1000 }), image(224)))).toBe(parameters)
  })

  it('ResNet-18: 11,689,512', () => {
    const network = resnet18.build(resnet18.params.schema.parse({}), image(224))
    expect(countParameters(network) + classifier(512)).toBe(11_689_512)
  })

  it('MobileNetV2: 3,504,872', () => {
    const network = mobilenetv2.build(mobilenetv2.params.schema.parse({}), image(224))
    expect(countParameters(network) + classifier(1280)).toBe(3_504_872)
  })
})

describe.each([
  { name: 'WRN-28-10: 36.5 million', blocks: 4, width: 10, parameters: 36_479_194 },
  { name: 'WRN-16-1: 0.2 million', blocks: 2, width: 1, parameters: 175_066 },
])('$name parameters with ten classes', ({ blocks, width, parameters }) => {
  it('builds it', () => {
    const network = wideResnet.build(wideResnet.params.schema.parse({ blocks, width }), image(32))
    expect(countParameters(network) + 64 * width * 10 + 10).toBe(parameters)
    const { shapes } = inferNetwork(network)
    expect([1, 2, 3].map((stage) => shapes.get(`stage${stage}_block1_add`))).toEqual([
      [32, 32, 16 * width],
      [16, 16, 32 * width],
      [8, 8, 64 * width],
    ])
  })
})

describe.each(ALL_ARCHITECTURES.map((row) => [row.type, row] as const))('%s', (_type, row) => {
  const options = row.params.schema.parse({})

  it.each([row.minimumInputSize, row.defaultInputSize, ...row.inputSizes])('builds at %i pixels', (size) => {
    for (const channels of [1, 3] as const) {
      const network = row.build(options, image(size, channels))
      const { shapes } = inferNetwork(network)
      expect(shapes.get(network.features)).toHaveLength(1)
      const blocks = new Set(network.blocks.map((block) => block.name))
      expect(network.layers.every((layer) => blocks.has(layer.block))).toBe(true)
    }
  })
})

it('ResNet-18 keeps small images large: the first block sees them at full size', () => {
  const small = inferNetwork(resnet18.build(resnet18.params.schema.parse({}), image(32)))
  const large = inferNetwork(resnet18.build(resnet18.params.schema.parse({}), image(224)))
  expect(small.shapes.get('block0_relu')).toEqual([32, 32, 64])
  expect(large.shapes.get('block0_relu')).toEqual([56, 56, 64])
})

it('the MLP takes table rows', () => {
  const network = mlp.build(mlp.params.schema.parse({ hidden: '8, 4' }), { kind: 'table', features: 3 })
  expect(inferNetwork(network).weights.map((weight) => [weight.fullName, weight.shape])).toEqual([
    ['hidden1/kernel', [3, 8]],
    ['hidden1/bias', [8]],
    ['hidden2/kernel', [8, 4]],
    ['hidden2/bias', [4]],
  ])
})

it.each(['12,', '0', 'a', '1.5', '-3', '1e3', '100000'])('refuses hidden units "%s"', (text) => {
  expect(() => hiddenUnits(text)).toThrow(expect.objectContaining({ code: 'E_RUN_SPEC' }))
})

it('offers each architecture once', () => {
  expect(ARCHITECTURES.map((row) => row.type)).toEqual([
    ...['lenet', 'mlp', 'resnet18', 'wide-resnet', 'mobilenetv2'],
    ...['vit-tiny-16', 'vit-small-16', 'convnext-tiny'],
    ...['resnet34', 'resnet50', 'efficientnet-b0', 'mobilenetv3-large'],
  ])
})
