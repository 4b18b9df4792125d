import { describe, expect, it } from 'vitest'
import type { Layer } from '../../../../src-main/contract/network.ts'
import { findBlocks } from '../../../../src-main/learning/importers/find-blocks.ts'

type Row = [name: string, height?: number, inputs?: string[], type?: Layer['type']]

/** The layers of each block, of a chain unless inputs are told. */
function blocksOf(rows: readonly Row[], features: string): Record<string, string[]> {
  const layers = rows.map(([name, , inputs, type = 'Conv2D'], index): Layer => {
    const before = rows[index - 1]?.[0]
    return {
      name,
      type: index === 0 ? 'InputLayer' : type,
      config: {},
      inputs: inputs ?? (before === undefined ? [] : [before]),
      block: '',
    }
  })
  const shapes = new Map(rows.map(([name, height = 8]) => [name, [height, height, 4]]))
  const { blocks, blockOf } = findBlocks(layers, shapes, features)
  return Object.fromEntries(
    blocks.map(({ name }) => [
      name,
      layers.filter((layer) => blockOf.get(layer.name) === name).map((layer) => layer.name),
    ]),
  )
}

describe('blocks of a network from elsewhere', () => {
  it('are the common beginnings of names; the classifier is the head', () => {
    const names = ['image', 'conv1_conv', 'conv1_bn', 'conv2_block1_1_conv', 'conv2_block1_out', 'conv2_block2_1_conv', 'add_4', 'conv2_block2_out', 'post_bn', 'avg_pool', 'drop', 'predictions']
    expect(blocksOf(names.map((name): Row => [name]), 'avg_pool')).toEqual({
      input: ['image'],
      conv1: ['conv1_conv', 'conv1_bn'],
      conv2_block1: ['conv2_block1_1_conv', 'conv2_block1_out'],
      conv2_block2: ['conv2_block2_1_conv', 'add_4', 'conv2_block2_out'],
      top: ['post_bn', 'avg_pool'],
      head: ['drop', 'predictions'],
    })
  }) // prettier-ignore

  it('leave out the name of the model in front of all, and know dots and slashes', () => {
    const names = ['image', 'net/stem/conv', 'net/layer1.0/conv', 'net/layer1.0/bn', 'net/layer1.1/conv', 'net/layer1.1/bn', 'net/layer2.0/conv', 'net/layer2.0/bn']
    expect(Object.keys(blocksOf(names.map((name): Row => [name]), 'net/layer2.0/bn'))).toEqual(['input', 'stem', 'layer1.0', 'layer1.1', 'layer2.0'])
  }) // prettier-ignore

  it('go one level up where there would be more than can be drawn', () => {
    const names = [1, 2, 3, 4].flatMap((stage) => Array.from({ length: 24 }, (_, block) => [`conv${stage}_block${block}_0_bn`, `conv${stage}_block${block}_1_conv`]).flat()) // prettier-ignore
    const blocks = blocksOf(
      ['image', ...names].map((name): Row => [name]),
      names.at(-1)!,
    )
    expect(Object.keys(blocks)).toEqual(['input', 'conv1', 'conv2', 'conv3', 'conv4'])
    expect(Object.values(blocks).map((layers) => layers.length)).toEqual([1, 48, 48, 48, 48])
  })

  it('without names end where branches join, and where the resolution changes', () => {
    const rows: Row[] = [
      ['input_1', 16],
      ['conv2d', 16],
      ['conv2d_1', 16],
      ['add', 16, ['conv2d', 'conv2d_1'], 'Add'],
      ['conv2d_2', 16],
      ['conv2d_3', 8],
      ['conv2d_4', 8, ['conv2d_2']],
      ['concatenate', 8, ['conv2d_3', 'conv2d_4'], 'Concatenate'],
      ['global_average_pooling2d', 4],
      ['dense', 3],
    ]
    expect(blocksOf(rows, 'global_average_pooling2d')).toEqual({
      input: ['input_1'],
      stage1: ['conv2d', 'conv2d_1', 'add'],
      stage2: ['conv2d_2'],
      stage3: ['conv2d_3', 'conv2d_4', 'concatenate'],
      stage4: ['global_average_pooling2d'],
      head: ['dense'],
    })
  })

  it('without names and without a narrow place begin with each smaller resolution', () => {
    const names = Array.from({ length: 12 }, (_, index) => `conv2d_${index}`)
    const rows = names.map((name, index): Row => [
      name,
      16 >> (index >> 2),
      index < 2 ? ['image'] : [names[index - 1]!, names[index - 2]!],
    ])
    const blocks = blocksOf([['image', 16, []], ...rows, ['dense']], names.at(-1)!)
    expect(Object.values(blocks).map((layers) => layers.length)).toEqual([1, 4, 4, 4, 1])
  })

  it('are not made of names that say what a layer does in each of many cells', () => {
    const names = Array.from({ length: 20 }, (_, cell) =>
      ['left1', 'right1', 'left2'].map((part) => `${part}_${cell}`),
    ).flat()
    const blocks = blocksOf(
      [['image', 16, []], ...names.map((name, index): Row => [name, index < 30 ? 16 : 8])],
      names.at(-1)!,
    )
    expect(Object.keys(blocks)).toEqual(['input', 'stage1', 'stage2'])
  })
})
