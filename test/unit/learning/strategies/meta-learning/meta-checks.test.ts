import { describe, expect, test } from 'vitest'
import { ExperimentSpec, type ExperimentSpecInput } from '../../../../../src-main/contract/spec.ts'
import { type DatasetFacts, resolveSpec } from '../../../../../src-main/learning/catalog.ts'
import { secondOrderWords } from '../../../../../src-main/learning/strategies/meta-learning/meta-checks.ts'

const names = (count: number) => Array.from({ length: count }, (_, c) => `glyph ${c}`)

function glyphs(classes: number, perClass = 20): DatasetFacts {
  return {
    name: 'glyphs',
    kind: 'image',
    splitCounts: { train: classes * perClass, validation: 10, test: 10 },
    labelColumns: [
      { name: 'label', type: 'classification', classes: names(classes) },
      { name: 'slant', type: 'regression', classes: [] },
    ],
    featureColumns: [],
    channels: 1,
    imageSize: { width: 28, height: 28 },
    columnStatistics: {},
    classCounts: { label: new Array<number>(classes).fill(perClass) },
  }
}

const waves: DatasetFacts = {
  ...glyphs(2),
  name: 'waves',
  kind: 'table',
  labelColumns: [{ name: 'y', type: 'regression', classes: [] }],
  featureColumns: [{ name: 'x', type: 'numeric', categories: [] }],
  channels: null,
  imageSize: null,
  columnStatistics: { x: { mean: 0, std: 1 } },
  classCounts: {},
}

/** Problems of meta-learning alone. */
function problems(dataset: DatasetFacts, strategy: object = {}, more: Partial<ExperimentSpecInput> = {}) {
  const spec = ExperimentSpec.parse({
    dataset: dataset.name,
    base: { architecture: 'mlp', options: { hidden: '32' } },
    strategy: { type: 'meta-learning', ...strategy },
    ...more,
  })
  const found = resolveSpec(spec, { dataset, bases: [], trained: () => null }).problems
  return found.filter(({ code }) => code.startsWith('meta-'))
}

describe('meta-learning, before it runs', () => {
  test('enough classes and items: nothing to say', () => {
    expect(problems(glyphs(40))).toEqual([])
  })

  test('too few classes for tasks that are learned from and others that test', () => {
    const [problem] = problems(glyphs(8))
    expect(problem).toMatchObject({ level: 'block', code: 'meta-classes' })
    expect(problem!.message).toContain('need 10 classes')
    expect(problem!.fix!.patch).toEqual({ 'strategy.way': 4 })
    expect(problems(glyphs(8), { way: 4 })).toEqual([])
  })

  test('too few items of a class', () => {
    const [problem] = problems(glyphs(40, 12))
    expect(problem).toMatchObject({ level: 'block', code: 'meta-samples' })
    expect(problems(glyphs(40, 12), problem!.fix!.patch['strategy.queries'] === 11 ? { queries: 11 } : {})).toEqual([])
  })

  test('BatchNorm would see a task’s batch', () => {
    const base = { architecture: 'mlp', options: { hidden: '32', batchNorm: true } }
    expect(problems(glyphs(40), {}, { base })).toMatchObject([{ level: 'warn', code: 'meta-batch-norm' }])
  })

  test('a rate at which steps overshoot', () => {
    const [problem] = problems(glyphs(40), { innerRate: 0.4 })
    expect(problem).toMatchObject({ level: 'warn', code: 'meta-rate' })
    expect(problems(glyphs(40), { innerRate: problem!.fix!.patch['strategy.innerRate'] })).toEqual([])
    expect(problems(waves, { tasks: 'sinusoid', innerRate: 0.4 })).toEqual([])
  })

  test('a head for a number has no classes to draw', () => {
    const heads = [{ name: 'slant', column: 'slant', type: 'regression' as const }]
    expect(problems(glyphs(40), {}, { heads })).toMatchObject([{ level: 'block', code: 'meta-head' }])
  })

  test('the sinusoid asks for one number in and one out', () => {
    expect(problems(waves, { tasks: 'sinusoid' })).toEqual([])
    expect(problems(glyphs(40), { tasks: 'sinusoid' })).toMatchObject([{ level: 'block', code: 'meta-sinusoid' }])
  })

  test('Reptile’s steps have to divide a task’s examples', () => {
    const [problem] = problems(glyphs(40), { algorithm: 'reptile', innerSteps: 4 })
    expect(problem).toMatchObject({ level: 'block', code: 'meta-reptile-batches' })
    expect(problem!.fix!.patch).toEqual({ 'strategy.innerSteps': 1 })
    expect(problems(glyphs(40), { algorithm: 'reptile', innerSteps: 5 })).toEqual([])
  })

  test('how second derivatives are made is said', () => {
    expect(secondOrderWords(true, 'maml')).toContain('exact')
    expect(secondOrderWords(false, 'meta-sgd')).toContain('differences of gradients')
    expect(secondOrderWords(false, 'fomaml')).toContain('no second derivatives')
  })
})
