import type { LayerState } from '@contract/network.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { describe, expect, it } from 'vitest'
import { layerTree } from '../../../../src-renderer/features/bench/layer-tree.ts'
import {
  applyPattern,
  freezeUpTo,
  rangeBetween,
  setStates,
  toggledState,
  trainFrom,
  weightedLayers,
  type PlanContext,
} from '../../../../src-renderer/features/bench/plan-edits.ts'
import { residualNetwork } from './network.ts'

const { network, facts } = residualNetwork()
const tree = layerTree(network, facts)
const baseLayers = new Set(network.layers.map((layer) => layer.name).filter((name) => name !== 'head_label'))
const spec: ExperimentSpecInput = { dataset: 'd', base: 'b', strategy: { type: 'fine-tuning' } }

function context(frozen: string[] = [], fresh: string[] = [], isPretrained = true): PlanContext {
  const stateOf = (name: string): LayerState =>
    !baseLayers.has(name) || fresh.includes(name)
      ? 'fresh'
      : frozen.includes(name)
        ? 'frozen'
        : isPretrained
          ? 'trained'
          : 'fresh'
  const states = Object.fromEntries(network.layers.map((layer) => [layer.name, stateOf(layer.name)]))
  return { tree, states, baseLayers, isPretrained }
}

const names = (block: string): string[] => tree.blockByName.get(block)?.layers.map((layer) => layer.name) ?? []

describe('setStates', () => {
  it('names a whole block by its name', () => {
    const edit = setStates(spec, context(), names('block1'), 'frozen')
    expect(edit.spec.freeze).toEqual({ layers: ['block1'] })
    expect(edit.states['block1_conv']).toBe('frozen')
  })

  it('says "up to" for everything from the start', () => {
    expect(setStates(spec, context(names('stem')), names('block0'), 'frozen').spec.freeze).toEqual({ upTo: 'block0' })
    expect(setStates(spec, context(names('stem')), ['block0_conv1'], 'frozen').spec.freeze).toEqual({
      upTo: 'block0_conv1',
    })
  })

  it('says "all" for everything of the base, heads aside', () => {
    const all = [...baseLayers].filter((name) => name !== 'pool')
    expect(setStates(spec, context(all), ['pool'], 'frozen').spec.freeze).toEqual({ all: true })
  })

  it('leaves the field away when nothing is frozen, except where the strategy would freeze all', () => {
    const frozen = context(names('block1'))
    expect(setStates(spec, frozen, names('block1'), 'trained').spec).not.toHaveProperty('freeze')
    const extraction = { ...spec, strategy: { type: 'feature-extraction' } }
    expect(setStates(extraction, frozen, names('block1'), 'trained').spec.freeze).toEqual({ layers: [] })
  })

  it('makes layers fresh and reuses them again', () => {
    const fresh = setStates(spec, context(), names('block1'), 'fresh').spec
    expect(fresh.reuse).toEqual({ all: true, except: ['block1'] })
    expect(setStates(fresh, context([], names('block1')), names('block1'), 'trained').spec).not.toHaveProperty('reuse')
  })

  it('replaces a `train` selection, and never touches new layers', () => {
    const edit = setStates(
      { ...spec, train: { pattern: 'x' } },
      context(names('stem')),
      ['head_label', 'stem_conv'],
      'frozen',
    )
    expect(edit.spec).not.toHaveProperty('train')
    expect(edit.states['head_label']).toBe('fresh')
  })

  it('knows that layers of an untrained network are fresh, not trained', () => {
    const edit = setStates(spec, context(names('stem'), [], false), ['stem_conv'], 'trained')
    expect(edit.states['stem_conv']).toBe('fresh')
    expect(edit.spec).not.toHaveProperty('reuse')
  })
})

describe('gestures', () => {
  it('freezes a mixed group and frees a frozen one', () => {
    expect(toggledState(context(['block1_conv']), ['block1_conv', 'block1_bn'])).toBe('frozen')
    expect(toggledState(context(['block1_conv', 'block1_bn']), ['block1_conv', 'block1_bn'])).toBe('trained')
  })

  it('takes only layers that hold weights', () => {
    expect(weightedLayers(context(), ['stem_conv', 'stem_relu', 'head_label'])).toEqual(['stem_conv'])
  })

  it('takes ranges in topological order over blocks and layers, either way round', () => {
    expect(rangeBetween(tree, 'block1', 'block0_conv2')).toEqual([
      'block0_conv2',
      'block0_add',
      'block1_conv',
      'block1_bn',
    ])
    expect(rangeBetween(tree, 'block0_conv2', 'block1')).toEqual(rangeBetween(tree, 'block1', 'block0_conv2'))
    expect(rangeBetween(tree, 'gone', 'lost')).toEqual([])
  })

  it('keeps reuse when the plan is said anew', () => {
    const reusing = { ...spec, reuse: { pattern: 'stem' }, train: { from: 'block0' } }
    expect(freezeUpTo(reusing, 'block1')).toEqual({ ...spec, reuse: { pattern: 'stem' }, freeze: { upTo: 'block1' } })
    expect(trainFrom({ ...spec, freeze: { all: true } }, 'block1')).toEqual({ ...spec, train: { from: 'block1' } })
  })

  it('records a pattern as a pattern', () => {
    expect(applyPattern(spec, 'train', 'block1', names('block1'), context())).toEqual({
      ...spec,
      train: { pattern: 'block1' },
    })
    expect(applyPattern(spec, 'reuse', 'stem|block0', [], context()).reuse).toEqual({ pattern: 'stem|block0' })
    const fresh = applyPattern(spec, 'fresh', 'block1', names('block1'), context())
    expect(fresh.reuse).toEqual({ all: true, except: ['block1'] })
  })
})
