import { expect, test } from 'vitest'
import { ALL_ARCHITECTURES } from '../../../../src-main/learning/architectures/index.ts'
import { tokenGrid } from '../../../../src-main/learning/explain/attention-rollout.ts'
import { defaultMethod, EXPLAIN_METHODS } from '../../../../src-main/learning/explain/explain-methods.ts'
import { defaultLayer, explainableLayers } from '../../../../src-main/learning/explain/explainable-layers.ts'

function built(type: string, size: number) {
  const row = ALL_ARCHITECTURES.find((candidate) => candidate.type === type)!
  return row.build(row.params.schema.parse({}), { kind: 'image', size, channels: 3 })
}

test.each([
  // The end of the last block, not the pooling behind it.
  ['lenet', 28, 'conv2_relu', [14, 14]],
  ['resnet18', 64, null, [8, 8]],
  ['mobilenetv2', 64, null, [2, 2]],
  ['convnext-tiny', 64, null, [2, 2]],
] as const)('%s: heat is read at the end of the last block of convolutions', (type, size, name, places) => {
  const network = built(type, size)
  const layers = explainableLayers(network)
  const found = defaultLayer(layers)!
  if (name !== null) expect(found.name).toBe(name)
  expect([found.height, found.width]).toEqual(places)
  expect(defaultMethod(network)).toBe('gradcam')
  // Nothing in between is one place large, as the gates of squeeze and excitation are, or only passes another layer on.
  expect(layers.every(({ height, width }) => height * width > 1)).toBe(true)
  expect(layers.filter(({ type: kind }) => ['InputLayer', 'ZeroPadding2D', 'Dropout'].includes(kind))).toEqual([])
})

test('a transformer is followed by its attention, and its patches are a layer of convolutions, too', () => {
  const network = built('vit-small-16', 64)
  expect(defaultMethod(network)).toBe('rollout')
  expect(tokenGrid(network)).toMatchObject({ rows: 4, columns: 4, prefix: 1, read: 0 })
  expect(explainableLayers(network).map(({ name }) => name)).toEqual(['patch_embed.proj'])
})

test('tokens that are others from layer to layer are not followed', () => {
  const network = built('vit-small-16', 64)
  // The class token comes after the first layer of attention.
  const moved = network.layers.filter(({ name }) => name !== 'cls_token')
  const layers = moved.map((layer) => ({ ...layer, inputs: layer.inputs.map((name) => (name === 'cls_token' ? 'patch_embed.flatten' : name)) })) // prettier-ignore
  const late = { ...layers.find(({ name }) => name === 'norm')!, type: 'ClassToken' as const, config: {} }
  const changed = { ...network, layers: layers.map((layer) => (layer.name === 'norm' ? late : layer)) }
  expect(tokenGrid(changed)).toBeNull()
  expect(EXPLAIN_METHODS.rollout.refusal(changed)).toContain('no vision transformer')
})

test('a network without convolutions has its pixels covered', () => {
  const network = built('mlp', 28)
  expect(explainableLayers(network)).toEqual([])
  expect(EXPLAIN_METHODS.gradcam.refusal(network)).toContain('no convolution')
  expect(defaultMethod(network)).toBe('occlusion')
})
