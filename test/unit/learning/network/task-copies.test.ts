import { describe, expect, it } from 'vitest'
import type { Layer, LayerState, Network } from '../../../../src-main/contract/network.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { networkToOutputs } from '../../../../src-main/learning/network/network-to-outputs.ts'
import { movesIn, prefixEnd } from '../../../../src-main/learning/network/prefix-end.ts'
import { taskCopies } from '../../../../src-main/learning/network/task-copies.ts'
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
