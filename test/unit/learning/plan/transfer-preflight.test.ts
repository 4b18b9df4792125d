import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import { catalog, loadBaseModels, resolveSpec } from '../../../../src-main/learning/catalog.ts'
import type { DatasetFacts, ResolvedSpec } from '../../../../src-main/learning/catalog.ts'

const bases = loadBaseModels(fileURLToPath(new URL('../../../../resources', import.meta.url)))

const photos: DatasetFacts = {
  name: 'photos',
  kind: 'image',
  splitCounts: { train: 5000, validation: 50, test: 50 },
  labelColumns: [{ name: 'label', type: 'classification', classes: ['ant', 'bee'] }],
  featureColumns: [],
  channels: 3,
  imageSize: { width: 640, height: 480 },
  columnStatistics: {},
}

function resolve(more: object, dataset: DatasetFacts = photos): ResolvedSpec {
  const spec = { dataset: 'd', base: 'efficientnet-lite0', strategy: { type: 'fine-tuning' }, ...more }
  return resolveSpec(ExperimentSpec.parse(spec), { dataset, bases, trained: () => null })
}

const codes = ({ problems }: ResolvedSpec): string[] => problems.map(({ level, code }) => `${level}:${code}`)
const fixOf = ({ problems }: ResolvedSpec, code: string) => problems.find((each) => each.code === code)?.fix?.patch
const blocksOf = ({ plan }: ResolvedSpec) => [...new Set(plan.network.layers.map(({ block }) => block))]

/** One test per row of what has to be caught before feature extraction and fine-tuning. */
describe('preflight of feature extraction and fine-tuning', () => {
  it('a frozen BatchNorm stays in inference mode whatever is asked for; trained ones do not move by small batches unseen', () => {
    const strategy = { type: 'fine-tuning', trainBatchNorm: true }
    expect(codes(resolve({ strategy, freeze: { all: true } }))).toEqual([])
    const small = resolve({ strategy, batchSize: 8 })
    expect(codes(small)).toEqual(['warn:batch-norm-small'])
    expect(fixOf(small, 'batch-norm-small')).toEqual({ 'strategy.trainBatchNorm': false })
    expect(codes(resolve({ strategy, batchSize: 32 }))).toEqual([])
  })

  it('a pattern that matches nothing blocks; one that matches everything warns', () => {
    expect(codes(resolve({ freeze: { pattern: 'blok' } }))).toContain('block:pattern-matches-nothing')
    expect(codes(resolve({ train: { pattern: '.' } }))).toContain('warn:pattern-matches-all')
  })

  it('a head for classes that the column does not have', () => {
    const single = { ...photos, labelColumns: [{ name: 'label', type: 'classification' as const, classes: ['ant'] }] }
    expect(codes(resolve({}, single))).toContain('block:head-classes')
    const heads = [{ name: 'label', column: 'labels', type: 'classification' }]
    expect(codes(resolve({ heads }))).toContain('block:head-column')
    expect(codes(resolve({ heads: [{ name: 'label', column: 'label', type: 'regression' }] }))).toContain(
      'block:head-type',
    )
  })

  it('a rate above 0.01 on reused layers that learn', () => {
    const optimizer = { type: 'adam', learningRate: 0.02 }
    const high = resolve({ optimizer })
    expect(codes(high)).toEqual(['warn:rate-high'])
    expect(fixOf(high, 'rate-high')).toEqual({ 'optimizer.learningRate': 0.001 })
    expect(codes(resolve({ optimizer, freeze: { all: true } }))).toEqual([])
    expect(codes(resolve({ optimizer, strategy: { type: 'fine-tuning', unfreezeLearningRate: 0.001 } }))).toEqual([])
  })

  it('fewer items than a tenth of the head’s parameters', () => {
    const few = { ...photos, splitCounts: { train: 200, validation: 10, test: 10 } }
    expect(codes(resolve({ strategy: { type: 'feature-extraction' } }, few))).toEqual(['warn:few-samples'])
  })

  it('nothing that learns', () => {
    const spec = { base: { architecture: 'lenet' }, freeze: { all: true }, cut: 'conv1', heads: [] }
    const none = { ...photos, labelColumns: [] }
    expect(codes(resolve(spec, none))).toContain('block:nothing-trainable')
  })

  it('gradual unfreezing that would never reach the first block', () => {
    const strategy = { type: 'fine-tuning', unfreezeEvery: 1 }
    const short = resolve({ strategy, epochs: 3 })
    expect(codes(short)).toEqual(['warn:unfreezing-epochs'])
    const { epochs } = fixOf(short, 'unfreezing-epochs') as { epochs: number }
    expect(codes(resolve({ strategy, epochs }))).toEqual([])
    expect(codes(resolve({ strategy: { ...strategy, rateGroups: 2 }, epochs: 3 }))).toEqual([])
  })

  it('epochs that the fresh head takes up alone', () => {
    const strategy = { type: 'fine-tuning', headEpochs: 2 }
    const short = resolve({ strategy, epochs: 2 })
    expect(codes(short)).toEqual(['warn:head-first-epochs'])
    expect(fixOf(short, 'head-first-epochs')).toEqual({ epochs: 3 })
    expect(codes(resolve({ strategy, epochs: 3 }))).toEqual([])
    expect(codes(resolve({ strategy, epochs: 2, freeze: { all: true } }))).toEqual([])
    expect(codes(resolve({ strategy, epochs: 2, base: { architecture: 'lenet' } }))).toEqual([])
  })

  it('a pull to the start with nothing to pull', () => {
    const strategy = { type: 'fine-tuning', startingPointPenalty: 0.1 }
    expect(codes(resolve({ strategy, freeze: { all: true } }))).toEqual(['warn:penalty-unused'])
    expect(codes(resolve({ strategy }))).toEqual([])
  })
})

describe('earlier activations', () => {
  const depth = (share: number, more = {}) =>
    resolve({ strategy: { type: 'feature-extraction', depth: share }, ...more })

  it('cut the base after a share of its blocks', () => {
    const [whole, half] = [depth(1), depth(0.5)]
    expect(codes(half)).toEqual([])
    expect(blocksOf(half).length).toBeLessThan(blocksOf(whole).length * 0.7)
    expect(blocksOf(whole).slice(0, blocksOf(half).length - 1)).toEqual(blocksOf(half).slice(0, -1))
    expect(half.plan.cachedUpTo).toBe('output_pool')
    expect(half.plan.parameters.frozen).toBeLessThan(whole.plan.parameters.frozen / 2)
    expect(depth(0.05).plan.parameters.frozen).toBeGreaterThan(0)
  })

  it('a cut by hand counts instead', () => {
    const [first] = blocksOf(depth(0.05)).slice(1)
    expect(blocksOf(depth(0.5, { cut: first }))).toEqual(blocksOf(depth(0.05)))
  })
})

describe('presets', () => {
  it.each(catalog().presets)('$id makes a plan without problems', ({ patch, label, help }) => {
    expect(label).not.toBe('')
    expect(help.endsWith('.')).toBe(true)
    const spec = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null))
    expect(codes(resolve(spec))).toEqual([])
  })
})
