import { expect, it } from 'vitest'
import { visionTransformer } from '../../../../src-main/learning/architectures/vision-transformer.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { resizeNetwork } from '../../../../src-main/learning/network/resize-network.ts'

const vit = visionTransformer({
  ...{ name: 'vit', shape: [12, 8, 3], patch: 4, width: 6, depth: 1, heads: 2, classes: 3 },
})
const positions = (network: typeof vit) => network.layers.find(({ name }) => name === 'pos_embed')!.config['resized']
const weightShapes = (network: typeof vit) => inferNetwork(network).weights.map(({ shape }) => shape)

it('a transformer sees more patches with the weights that it has', () => {
  const larger = resizeNetwork(vit, [16, 20, 3])
  expect(inferNetwork(larger).shapes.get('blocks.0.add2')).toEqual([1 + 4 * 5, 6])
  expect(positions(larger)).toEqual({ prefix: 1, from: [3, 2], to: [4, 5] })
  expect(weightShapes(larger)).toEqual(weightShapes(vit))
})

it('positions are stretched from what was learnt, however often the size changes', () => {
  const twice = resizeNetwork(resizeNetwork(vit, [16, 20, 3]), [4, 12, 3])
  expect(positions(twice)).toEqual({ prefix: 1, from: [3, 2], to: [1, 3] })
  expect(weightShapes(twice)).toEqual(weightShapes(vit))
})

it('the same size, and what has no tokens, is the same network but for its input', () => {
  expect(resizeNetwork(vit, [12, 8, 3])).toEqual(vit)
  const net = networkBuilder('plain', [8, 8, 3])
  net.block('all', 'All')
  net.add('conv', 'Conv2D', { filters: 2, kernel_size: 3 })
  const plain = net.finish(net.add('pool', 'GlobalAveragePooling2D'))
  const resized = resizeNetwork(plain, [16, 16, 3])
  expect(resized.layers.slice(1)).toEqual(plain.layers.slice(1))
  expect(resized.layers[0]!.config).toEqual({ shape: [16, 16, 3] })
})
