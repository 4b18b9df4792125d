import { describe, expect, it } from 'vitest'
import type { Layer, LayerState, Network } from '../../../../src-main/contract/network.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { networkToOutputs } from '../../../../src-main/learning/network/network-to-outputs.ts'
import { movesIn, prefixEnd } from '../../../../src-main/learning/network/prefix-end.ts'
import { taskCopies, taskNames } from '../../../../src-main/learning/network/task-copies.ts'
import {
  copiedLayers,
  linkableLayers,
  parseLinks,
  parseStitches,
} from '../../../../src-main/learning/strategies/multi-task-soft/layer-links.ts'

const layer = (name: string, type: Layer['type'], inputs: string[], config: object = {}): Layer => {
  return { name, type, config: { ...config }, inputs, block: name.split('_')[0]! }
}

/** A frozen layer, two that learn with a skip, and two heads; the second one reads an earlier layer. */
const network: Network = {
  name: 'net',
  blocks: ['in', 'low', 'mid', 'top', 'head'].map((name) => ({ name, label: name.toUpperCase() })),
  layers: [
    layer('in', 'InputLayer', [], { shape: [4] }),
    layer('low_a', 'Dense', ['in'], { units: 3 }),
    layer('mid_a', 'Dense', ['low_a'], { units: 3 }),
    layer('mid_relu', 'ReLU', ['mid_a']),
    layer('top_a', 'Dense', ['mid_relu'], { units: 3 }),
    layer('top_add', 'Add', ['top_a', 'mid_relu']),
    layer('head_one', 'Dense', ['top_add'], { units: 2 }),
    layer('head_two', 'Dense', ['mid_relu'], { units: 1 }),
  ],
  outputs: ['head_one', 'head_two'],
  features: 'top_add',
}
const states = Object.fromEntries(
  network.layers.map(({ name }): [string, LayerState] => [
    name,
    name === 'low_a' || name === 'in' ? 'frozen' : name.startsWith('head') ? 'fresh' : 'trained',
  ]),
)
const plan = { network, states }
const names = ({ layers }: Network) => layers.map(({ name }) => name)

function copies(stitchAfter: string[] = []) {
  return taskCopies({ network, states, sharedUpTo: 'low_a', stitchAfter: new Set(stitchAfter) })
}

describe('a network per task in one description', () => {
  it('shares what stands still and copies the rest, only what each task needs', () => {
    const { network: all, states: own, copies: found, origin } = copies()
    expect(names(all)).toEqual([
      ...['in', 'low_a', 'one.mid_a', 'two.mid_a', 'one.mid_relu', 'two.mid_relu', 'one.top_a', 'one.top_add'],
      ...['head_one', 'head_two'],
    ])
    expect(all.layers.find(({ name }) => name === 'one.top_add')!.inputs).toEqual(['one.top_a', 'one.mid_relu'])
    expect(all.layers.find(({ name }) => name === 'head_two')!.inputs).toEqual(['two.mid_relu'])
    expect(found.get('mid_a')).toEqual([
      { layer: 'one.mid_a', task: 0 },
      { layer: 'two.mid_a', task: 1 },
    ])
    expect(origin.get('two.mid_a')).toBe('mid_a')
    expect(own['two.mid_a']).toBe('trained')
    expect(all.outputs).toEqual(network.outputs)
    expect(all.features).toBe('one.top_add')
    expect(() => inferNetwork(all)).not.toThrow()
    expect(prefixEnd(all, movesIn(own))).toBe('low_a')
    expect(all.blocks.find(({ name }) => name === 'two.mid')!.label).toBe('MID, two')
  })

  it('cross-stitch units scale every task’s activations and add them', () => {
    const { network: all, stitches } = copies(['mid_relu'])
    expect(stitches.map(({ layer: name, from, to }) => [name, from, to])).toEqual([
      ['one.mid_relu.from.one', 0, 0],
      ['one.mid_relu.from.two', 1, 0],
      ['two.mid_relu.from.one', 0, 1],
      ['two.mid_relu.from.two', 1, 1],
    ])
    const inputsOf = (name: string) => all.layers.find((each) => each.name === name)!.inputs
    expect(inputsOf('one.mid_relu.from.two')).toEqual(['two.mid_relu'])
    expect(inputsOf('two.mid_relu.stitch')).toEqual(['two.mid_relu.from.one', 'two.mid_relu.from.two'])
    expect(inputsOf('one.top_add')).toEqual(['one.top_a', 'one.mid_relu.stitch'])
    expect(inputsOf('head_two')).toEqual(['two.mid_relu.stitch'])
    const weights = inferNetwork(all).weights.filter((weight) => weight.layer === 'one.mid_relu.from.two')
    expect(weights.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['gamma', true],
      ['moving_mean', false],
      ['moving_variance', false],
    ])
  })

  it('shares the input alone where nothing else stands still', () => {
    const {
      network: all,
      origin,
      copies: found,
    } = taskCopies({ network, states, sharedUpTo: null, stitchAfter: new Set() })
    expect(names(all).slice(0, 3)).toEqual(['in', 'one.low_a', 'two.low_a'])
    expect(all.layers[2]!.inputs).toEqual(['in'])
    expect([origin.get('in'), origin.get('two.low_a')]).toEqual(['in', 'low_a'])
    expect(found.has('in')).toBe(false)
  })

  it('keeps the blocks of what is shared, and gives the others a block per task that has them', () => {
    const { network: all } = copies()
    expect(all.blocks).toEqual([
      { name: 'in', label: 'IN' },
      { name: 'low', label: 'LOW' },
      { name: 'one.mid', label: 'MID, one' },
      { name: 'two.mid', label: 'MID, two' },
      { name: 'one.top', label: 'TOP, one' },
      { name: 'one.head', label: 'HEAD, one' },
      { name: 'two.head', label: 'HEAD, two' },
    ])
    expect(all.layers.find(({ name }) => name === 'one.top_add')!.block).toBe('one.top')
    expect(all.layers.find(({ name }) => name === 'head_two')!.block).toBe('two.head')
  })

  it('a block that the network does not describe goes by its name', () => {
    const { network: all } = taskCopies({
      network: { ...network, blocks: [] },
      states,
      sharedUpTo: 'low_a',
      stitchAfter: new Set(),
    })
    expect(all.blocks[0]).toEqual({ name: 'one.mid', label: 'mid, one' })
  })

  it('features that all tasks share stay as they are', () => {
    const given = {
      network: { ...network, features: 'low_a' },
      states,
      sharedUpTo: 'low_a',
      stitchAfter: new Set<string>(),
    }
    expect(taskCopies(given).network.features).toBe('low_a')
  })

  it('layers without a state are fresh, copied or shared', () => {
    const { states: own } = taskCopies({ network, states: {}, sharedUpTo: 'low_a', stitchAfter: new Set() })
    expect(new Set(Object.values(own))).toEqual(new Set(['fresh']))
    expect(Object.keys(own)).toHaveLength(10)
    expect(copies().states['low_a']).toBe('frozen')
  })

  it('a cross-stitch unit is fresh, a scale without a shift, in the block of its task', () => {
    const { network: all, states: own, stitches, origin, copies: found } = copies(['mid_relu'])
    const scale = all.layers.find(({ name }) => name === 'two.mid_relu.from.one')!
    expect(scale).toMatchObject({ type: 'BatchNormalization', block: 'two.mid' })
    expect(scale.config).toEqual({ center: false, scale: true, epsilon: 1e-9 })
    expect(all.layers.find(({ name }) => name === 'two.mid_relu.stitch')).toMatchObject({
      type: 'Add',
      block: 'two.mid',
    })
    expect([own['two.mid_relu.from.one'], own['two.mid_relu.stitch']]).toEqual(['fresh', 'fresh'])
    expect(stitches.every(({ after }) => after === 'mid_relu')).toBe(true)
    expect(origin.has('two.mid_relu.stitch')).toBe(false)
    expect(found.get('mid_relu')).toHaveLength(2)
  })

  it('a layer that one task has alone is not stitched', () => {
    expect(copies(['top_add']).stitches).toEqual([])
  })

  it('tasks go by the names of their heads’ layers', () => {
    expect(taskNames({ outputs: ['head_one', 'two', 'my_head_three'] })).toEqual(['one', 'two', 'my_head_three'])
  })

  it('one task’s network is what its head needs', () => {
    expect(names(networkToOutputs(network, ['head_two']))).toEqual(['in', 'low_a', 'mid_a', 'mid_relu', 'head_two'])
    const stitched = networkToOutputs(copies(['mid_relu']).network, ['head_two'])
    expect(names(stitched)).toContain('one.mid_relu')
    expect(names(stitched)).not.toContain('one.top_a')
  })
})

describe('lists of layers', () => {
  it('layers that can be linked are those that each task has and that learn', () => {
    expect(linkableLayers(plan)).toEqual(['mid_a', 'top_a'])
    expect(copiedLayers(plan)).toEqual(['mid_a', 'mid_relu', 'top_a', 'top_add', 'head_one', 'head_two'])
  })

  it('blocks, names and patterns, the later entry counts', () => {
    const { strengths, problems } = parseLinks('_a$=0.5, mid=0.01, top_a', plan, 0.001)
    expect(problems).toEqual([])
    expect([...strengths]).toEqual([
      ['mid_a', 0.01],
      ['top_a', 0.001],
    ])
    expect([...parseLinks(' ', plan, 0.2).strengths.values()]).toEqual([0.2, 0.2])
  })

  it('what is wrong with an entry', () => {
    const messages = parseLinks('mit=1, low_a, top_a=x, (', plan, 1).problems.map(({ entry, nearest }) => [
      entry,
      nearest,
    ])
    expect(messages).toEqual([
      ['mit=1', 'mid'],
      ['low_a', null],
      ['top_a=x', null],
      ['(', null],
    ])
  })

  it('cross-stitch units stand after blocks, or where they are wanted', () => {
    expect([...parseStitches('', plan).after]).toEqual(['mid_relu', 'top_add'])
    expect([...parseStitches('mid_a, top', plan).after]).toEqual(['mid_a', 'top_add'])
    expect(parseStitches('head_one', plan).problems).toHaveLength(1)
    expect(parseStitches('low', plan).problems).toHaveLength(1)
  })
})
