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
  const changed = larger.layers.filter((layer, i) => JSON.stringify(layer) !== JSON.stringify(vit.layers[i]))
  expect(changed.map(({ type, config }) => [type, config['target_shape']])).toEqual([
    ['InputLayer', undefined],
    ['Reshape', [20, 6]],
    ['PositionalEmbedding', undefined],
  ])
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
  // Too small for the convolution: for others to tell.
  expect(resizeNetwork(plain, [2, 2, 3]).layers[0]!.config).toEqual({ shape: [2, 2, 3] })
})

/** A map of 4 x 4 places with 6 features, in other shapes. */
function reshaped(...shapes: number[][]) {
  const net = networkBuilder('net', [4, 4, 3])
  net.block('all', 'All')
  net.add('map', 'Conv2D', { filters: 6, kernel_size: 1 })
  shapes.forEach((shape, i) => net.add(`shape${i}`, 'Reshape', { target_shape: shape }))
  return net.finish(net.last())
}

it('tokens may change their shape again, by as much as they were given', () => {
  const pairs = resizeNetwork(reshaped([16, 6], [-1, 2, 3], [-1, 6]), [4, 8, 3])
  expect(pairs.layers.slice(2).map(({ config }) => config['target_shape'])).toEqual([[32, 6], [-1, 2, 3], [-1, 6]]) // prettier-ignore
  expect(inferNetwork(pairs).shapes.get('shape2')).toEqual([32, 6])
})

it.each([[[12, 8]], [[16, 6, 1]], [[96]]])(
  'places in the shape %j are no tokens: of another size they do not fit',
  (shape) => {
    expect(() => resizeNetwork(reshaped(shape), [4, 8, 3])).toThrow(
      expect.objectContaining({ code: 'E_NETWORK_SHAPE' }),
    )
  },
)
