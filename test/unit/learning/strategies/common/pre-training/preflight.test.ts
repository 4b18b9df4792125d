import { describe, expect, it } from 'vitest'
import type { PlanProblem } from '../../../../../../src-main/contract/models.ts'
import { ExperimentSpec, type ExperimentSpecInput } from '../../../../../../src-main/contract/spec.ts'
import { resolveSpec } from '../../../../../../src-main/learning/catalog.ts'
import type { DatasetFacts, LearningContext } from '../../../../../../src-main/learning/catalog.ts'
import { patchSpec } from '../../../../../../src-main/contract/patch-spec.ts'

const animals: DatasetFacts = {
  name: 'animals',
  kind: 'image',
  splitCounts: { train: 1000, validation: 50, test: 50 },
  labelColumns: [{ name: 'animal', type: 'classification', classes: ['cat', 'dog'] }],
  featureColumns: [],
  channels: 1,
  imageSize: { width: 28, height: 28 },
  columnStatistics: {},
  classCounts: { animal: [50, 50] },
}

const digits: DatasetFacts = {
  ...animals,
  labelColumns: [{ name: 'animal', type: 'classification', classes: ['0', '6', '9'] }],
}

const table: DatasetFacts = {
  ...animals,
  kind: 'table',
  channels: null,
  imageSize: null,
  featureColumns: [{ name: 'age', type: 'numeric', categories: [] }, { name: 'share', type: 'numeric', categories: [] }], // prettier-ignore
  columnStatistics: { age: { mean: 40, std: 15 }, share: { mean: 0.5, std: 0.1 } },
}

const SIGMOID = { architecture: 'mlp', options: { hidden: '20,10', activation: 'sigmoid' } }

function problems(type: string, values: object, more: object = {}, dataset = animals): PlanProblem[] {
  const given = { dataset: 'animals', base: SIGMOID, epochs: 100, strategy: { type, ...values }, ...more }
  const context: LearningContext = { dataset, bases: [], trained: () => null }
  return resolveSpec(ExperimentSpec.parse(given as ExperimentSpecInput), context).problems
}

const codes = (all: PlanProblem[]) => all.map(({ level, code }) => `${level} ${code}`)
const find = (all: PlanProblem[], code: string) => all.find((each) => each.code === code)
const dbn = (values: object = {}, more: object = {}, dataset = animals) =>
  problems('deep-belief-network', values, more, dataset)
const dae = (values: object = {}, more: object = {}, dataset = animals) =>
  problems('denoising-autoencoder', values, more, dataset)
const rotation = (more: object = {}, dataset = animals) => problems('rotation-prediction', {}, more, dataset)

/** The same plan after its fix. */
function mended(type: string, values: object, more: object, code: string, dataset = animals): string[] {
  const problem = find(problems(type, values, more, dataset), code)!
  const spec = { base: SIGMOID, strategy: { type, ...values }, ...more }
  const { strategy, ...rest } = patchSpec(spec, problem.fix!.patch) as { strategy: { type: string } }
  const { type: next, ...others } = strategy
  return codes(problems(next, others, rest, dataset)).filter((each) => each.endsWith(` ${code}`))
}

describe('pre-training before it runs', () => {
  it('has nothing against a sigmoid MLP, few labels and asymmetric classes', () => {
    expect([dbn(), dae(), rotation()].map(codes)).toEqual([[], [], []])
  })

  it('says nothing while there is no head', () => {
    const bare = { ...animals, labelColumns: [] }
    const own = (all: PlanProblem[]) => codes(all).filter((code) => /rbm|denois|rotation|pretraining/.test(code))
    expect([dbn({}, {}, bare), dae({}, {}, bare), rotation({}, bare)].map(own)).toEqual([[], [], []])
  })

  it('blocks a deep belief network without sigmoid units, with BatchNorm, and without hidden layers', () => {
    for (const options of [
      { hidden: '20' },
      { hidden: '20', activation: 'sigmoid', batchNorm: true },
      { hidden: '' },
    ]) {
      const base = { architecture: 'mlp', options }
      expect(find(dbn({}, { base }), 'rbm-layers')).toMatchObject({ level: 'block' })
      if (options.hidden !== '') expect(mended('deep-belief-network', {}, { base }, 'rbm-layers')).toEqual([])
    }
    const base = { architecture: 'lenet' }
    expect(find(dbn({}, { base }), 'rbm-layers')!.fix!.patch).toMatchObject({ base: { architecture: 'mlp' } })
    expect(mended('deep-belief-network', {}, { base }, 'rbm-layers')).toEqual([])
  })

  it('warns when only the upper layers can be started', () => {
    const base = { architecture: 'mlp', options: { hidden: '20', activation: 'relu' } }
    const more = { base, newLayers: [{ type: 'dense', units: 9, activation: 'sigmoid' }] }
    expect(find(dbn({}, more), 'rbm-layers')).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('new1_dense'),
    })
  })

  it('warns of columns outside 0..1 for Bernoulli units, and of none else', () => {
    const problem = find(dbn({}, {}, table), 'rbm-range')!
    expect([problem.level, problem.message.includes('age'), problem.message.includes('share')]).toEqual(['warn', true, false]) // prettier-ignore
    expect(mended('deep-belief-network', {}, {}, 'rbm-range', table)).toEqual([])
    expect(find(dbn({ visible: 'gaussian' }, {}, table), 'rbm-range')).toBeUndefined()
  })

  it('warns of a rate that saturates hidden units', () => {
    expect(find(dbn({ rbmLearningRate: 0.5 }), 'rbm-rate')!.level).toBe('warn')
    expect(mended('deep-belief-network', { rbmLearningRate: 0.5 }, {}, 'rbm-rate')).toEqual([])
  })

  it('warns of no damage and of too much masking', () => {
    for (const amount of [0, 0.9]) {
      expect(find(dae({ amount }), 'denoising-amount')!.level).toBe('warn')
      expect(mended('denoising-autoencoder', { amount }, {}, 'denoising-amount')).toEqual([])
    }
    expect(find(dae({ amount: 0.9, noise: 'gaussian' }), 'denoising-amount')).toBeUndefined()
  })

  it('warns of a decoder that is larger than most networks', () => {
    const base = { architecture: 'mobilenetv2', inputSize: 128, channels: 3 }
    expect(find(dae({}, { base }), 'denoising-size')).toMatchObject({ level: 'warn' })
    expect(mended('denoising-autoencoder', {}, { base }, 'denoising-size')).toEqual([])
    expect(find(dae({}, { base: { ...base, inputSize: 32 } }), 'denoising-size')).toBeUndefined()
  })

  it('blocks cross entropy on standardised columns', () => {
    expect(find(dae({ loss: 'cross-entropy' }, {}, table), 'denoising-range')!.level).toBe('block')
    expect(mended('denoising-autoencoder', { loss: 'cross-entropy' }, {}, 'denoising-range', table)).toEqual([])
    expect(codes(dae({}, {}, table))).toEqual([])
  })

  it('warns of classes that look alike when they are turned, by their names', () => {
    const problem = find(rotation({}, digits), 'rotation-symmetric')!
    expect([problem.level, problem.message.includes('6, 9')]).toEqual(['warn', true])
    expect(mended('rotation-prediction', {}, {}, 'rotation-symmetric', digits)).toEqual([])
  })

  it('blocks turning table rows', () => {
    expect(find(rotation({}, table), 'rotation-images')!.level).toBe('block')
    expect(mended('rotation-prediction', {}, {}, 'rotation-images', table)).toEqual([])
  })

  it('warns of augmentation that turns images as far as the task does', () => {
    const more = { augment: { rotate: 90 } }
    expect(find(rotation(more), 'rotation-augmented')!.level).toBe('warn')
    expect(mended('rotation-prediction', {}, more, 'rotation-augmented')).toEqual([])
    expect(codes(rotation({ augment: { rotate: 15 } }))).toEqual([])
  })

  it('blocks when everything below the heads is frozen', () => {
    const more = { freeze: { all: true } }
    expect(find(dae({}, more), 'pretraining-frozen')!.level).toBe('block')
    expect(mended('denoising-autoencoder', {}, more, 'pretraining-frozen')).toEqual([])
  })

  it('warns of too few updates for a head', () => {
    const more = { epochs: 10 }
    expect(find(dae({}, more), 'pretraining-few-updates')).toMatchObject({ level: 'warn', message: expect.stringContaining('40 updates') }) // prettier-ignore
    expect(mended('denoising-autoencoder', {}, more, 'pretraining-few-updates')).toEqual([])
    expect(find(dae({}, { epochs: 10, batchSize: 5 }), 'pretraining-few-updates')).toBeUndefined()
  })

  it('advises to compare when most items are labelled', () => {
    const labelled = { ...animals, classCounts: { animal: [400, 400] } }
    expect(find(dae({}, {}, labelled), 'pretraining-labels')).toMatchObject({ level: 'warn' })
    expect(mended('denoising-autoencoder', {}, {}, 'pretraining-labels', labelled)).toEqual([])
    expect(codes(dae({}, { labelLimit: 100 }, labelled))).toEqual([])
  })
})
