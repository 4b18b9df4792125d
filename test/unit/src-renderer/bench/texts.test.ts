import { describe, expect, it } from 'vitest'
import { schedules } from '../../../../src-main/learning/schedules/index.ts'
import { learningRateFactor } from '../../../../src-main/learning/schedules/schedule.ts'
import { blockSchematic } from '../../../../src-renderer/features/bench/block-schematic.ts'
import { fitViewport, revealViewport } from '../../../../src-renderer/features/bench/canvas-viewport.ts'
import { configFacts, weightsSentence } from '../../../../src-renderer/features/bench/describe-layer.ts'
import { findLayers } from '../../../../src-renderer/features/bench/find-layers.ts'
import { blockState, layerTree } from '../../../../src-renderer/features/bench/layer-tree.ts'
import { newLayerText } from '../../../../src-renderer/features/bench/new-layer-text.ts'
import { planSummary, shareText } from '../../../../src-renderer/features/bench/plan-summary.ts'
import { roundedPath } from '../../../../src-renderer/features/bench/rounded-path.ts'
import { scheduleCurve } from '../../../../src-renderer/features/bench/schedule-curve.ts'
import { residualNetwork } from './network.ts'

const { network, facts } = residualNetwork()
const tree = layerTree(network, facts)

describe('planSummary', () => {
  it('says what a converged head takes, without epochs', () => {
    const parameters = { total: 100, trainable: 10, frozen: 90, fresh: 10 }
    expect(planSummary({ parameters, estimate: { seconds: 3.2, basis: '' } }, null).time).toBe(
      'about 3 s to convergence',
    )
  })

  it('says the header of the design', () => {
    const plan = {
      parameters: { total: 4_650_000, trainable: 160_000, frozen: 4_490_000, fresh: 4_000 },
      estimate: { seconds: 41.2, basis: 'b' },
    }
    const summary = planSummary(plan, 10)
    const words = `${summary.total} params: ${summary.trainable} trainable (${summary.share}), ${summary.fresh} fresh – ${summary.time}`
    expect(words.replace(/\s/g, ' ')).toBe('4.65 M params: 160 k trainable (3 %), 4 k fresh – about 40 s for 10 epochs')
  })

  it('never rounds something to nothing or to everything', () => {
    expect([
      shareText(0, 100),
      shareText(1, 100_000),
      shareText(5, 1000),
      shareText(999, 1000),
      shareText(5, 5),
    ]).toEqual(['0 %', '< 0.1 %', '0.5 %', '> 99 %', '100 %'])
  })
})

describe('scheduleCurve', () => {
  const epochs = 20
  const stepsPerEpoch = 50
  const samples = 41

  it.each(schedules.map((schedule) => [schedule.type, schedule] as const))(
    'is the rate that %s trains with',
    (type, schedule) => {
      const rate = 0.01
      const values = schedule.params.schema.parse(type === 'step' ? { warmupEpochs: 2 } : {})
      const curve = scheduleCurve({ type, ...(values as object) }, rate, epochs, samples)
      expect(curve).not.toBeNull()
      curve?.forEach((value, index) => {
        const totalSteps = epochs * stepsPerEpoch
        const step = Math.min(totalSteps - 1, Math.round((index / (samples - 1)) * totalSteps))
        const exact = rate * learningRateFactor(schedule, values as never, { step, totalSteps, stepsPerEpoch }, rate)
        // The preview is continuous where the trainer counts steps: a step's worth of difference, of the whole height.
        expect(Math.abs(value - exact)).toBeLessThan(0.012 * rate)
      })
    },
  )

  it('knows that it does not know others', () => expect(scheduleCurve({ type: 'own' }, 1, 1)).toBeNull())
})

describe('words about layers', () => {
  it('gives the state of a block by what holds weights', () => {
    const block = tree.blockByName.get('block0')!
    expect(blockState(block, { block0_conv1: 'frozen', block0_conv2: 'frozen', block0_relu: 'trained' })).toBe('frozen')
    expect(blockState(block, { block0_conv1: 'frozen', block0_conv2: 'trained' })).toBe('mixed')
    expect(blockState(tree.blockByName.get('head')!, {})).toBe('none')
  })

  it('writes arguments as people do', () => {
    const layer = {
      ...tree.byName.get('stem_conv')!,
      config: { kernel_size: [3, 3], use_bias: false, padding: 'same', name: 'x', a: null },
    }
    expect(configFacts(layer)).toEqual([
      { label: 'kernel size', value: '3×3' },
      { label: 'use bias', value: 'no' },
      { label: 'padding', value: 'same' },
    ])
  })

  it('says where weights come from', () => {
    const layer = tree.byName.get('stem_conv')!
    const origin = { base: 'Net', isInBase: true, isPretrained: true }
    expect(weightsSentence(layer, 'frozen', origin)).toBe('From Net; stay exactly as they are.')
    expect(weightsSentence(layer, 'fresh', { ...origin, isInBase: false })).toMatch(/^New/)
    expect(weightsSentence(layer, 'frozen', { ...origin, isPretrained: false })).toMatch(/Random/)
    expect(weightsSentence(tree.byName.get('pool')!, 'frozen', origin)).toBe('It has no weights.')
  })

  it('describes new layers', () => {
    expect(newLayerText({ type: 'dense', units: 128, dropout: 0.5 })).toBe('Dense 128, relu, dropout 0.5')
    expect(newLayerText({ type: 'convolution', filters: 64, stride: 2, batchNorm: true })).toBe(
      'Convolution 64, 3×3, stride 2, BatchNorm, relu',
    )
  })

  it('finds by every word, names that begin with it first', () => {
    expect(findLayers(tree, 'block1').map((hit) => hit.id)).toEqual(['block1', 'block1_conv', 'block1_bn'])
    expect(findLayers(tree, 'conv2d block0').map((hit) => hit.id)).toEqual(['block0_conv1', 'block0_conv2'])
    expect(findLayers(tree, ' ')).toEqual([])
  })
})

describe('drawing', () => {
  it('draws a slab per block within its box', () => {
    const slabs = blockSchematic(tree, 244, 44)
    expect(slabs).toHaveLength(tree.blocks.length)
    for (const slab of slabs) {
      expect(slab.x + slab.width).toBeLessThanOrEqual(245)
      expect(slab.y).toBeGreaterThanOrEqual(0)
      expect(slab.y + slab.height).toBeLessThanOrEqual(44)
    }
  })

  it('rounds corners between the ends', () => {
    expect(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 20, y: 0 },
          { x: 20, y: 20 },
        ],
        5,
      ),
    ).toBe('M 0 0 L 15 0 Q 20 0 20 5 L 20 20')
    expect(roundedPath([])).toBe('')
  })

  it('never shrinks below what can be read, and moves only as far as it must', () => {
    expect(fitViewport({ width: 5000, height: 100 }, { width: 500, height: 500 }, 0.5)).toMatchObject({
      zoom: 0.5,
      x: 32,
    })
    expect(fitViewport({ width: 100, height: 100 }, { width: 500, height: 500 }, 0.5)).toEqual({
      zoom: 1,
      x: 200,
      y: 200,
    })
    const view = { width: 500, height: 500 }
    const now = { x: 0, y: 0, zoom: 1 }
    expect(revealViewport({ x: 100, y: 100, width: 50, height: 50 }, now, view)).toBeNull()
    expect(revealViewport({ x: 480, y: 100, width: 50, height: 50 }, now, view)).toEqual({ x: -62, y: 0, zoom: 1 })
  })
})
