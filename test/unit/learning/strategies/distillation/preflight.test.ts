import { describe, expect, it } from 'vitest'
import type { PlanProblem } from '../../../../../src-main/contract/models.ts'
import { ExperimentSpec, type ExperimentSpecInput } from '../../../../../src-main/contract/spec.ts'
import type { ModelFiles } from '../../../../../src-main/contract/trainer.ts'
import { resolveSpec } from '../../../../../src-main/learning/catalog.ts'
import type { DatasetFacts, LearningContext, PretrainedBase } from '../../../../../src-main/learning/catalog.ts'

const digits: DatasetFacts = {
  name: 'digits',
  kind: 'image',
  splitCounts: { train: 500, validation: 50, test: 50 },
  labelColumns: [
    { name: 'digit', type: 'classification', classes: ['0', '1', '2'] },
    { name: 'slant', type: 'regression', classes: [] },
  ],
  featureColumns: [],
  channels: 1,
  imageSize: { width: 28, height: 28 },
  columnStatistics: {},
}

const LARGE = { architecture: 'mlp', options: { hidden: '64,64' } }
const SMALL = { architecture: 'mlp', options: { hidden: '8' } }

function context(files: Partial<ModelFiles> = {}, dataset: DatasetFacts = digits): LearningContext {
  const plain: LearningContext = { dataset: digits, bases: [], trained: () => null }
  const { plan, heads } = resolveSpec(spec({ base: LARGE, strategy: { type: 'fine-tuning' } }), plain)
  const { network, preprocessing } = plan
  const weights = { path: '/w.safetensors', sha256: 'x' }
  const teacher = { title: 'Large MLP', files: { network, preprocessing, heads, weights, ...files } }
  return { dataset, bases: [], trained: (id) => (id === 'large' ? teacher : null) }
}

function spec(more: Partial<ExperimentSpecInput>): ExperimentSpec {
  return ExperimentSpec.parse({ dataset: 'digits', base: SMALL, strategy: { type: 'distillation' }, ...more })
}

function problems(strategy: object, more: Partial<ExperimentSpecInput> = {}, given = context()): PlanProblem[] {
  return resolveSpec(spec({ strategy: strategy as ExperimentSpecInput['strategy'], ...more }), given).problems
}

const distil = (values: object, more: Partial<ExperimentSpecInput> = {}, given = context()) =>
  problems({ type: 'distillation', teachers: ['run:large'], ...values }, more, given)
const bornAgain = (values: object, more: Partial<ExperimentSpecInput> = {}, given = context()) =>
  problems({ type: 'born-again-networks', ...values }, { base: LARGE, ...more }, given)

const codes = (all: PlanProblem[]) => all.map(({ level, code }) => `${level} ${code}`)

/** The problem of this code, and nothing that blocks beside it. */
function only(all: PlanProblem[], code: string): PlanProblem {
  expect(
    codes(all.filter((each) => each.level === 'block' || each.code === code)).map((each) => each.split(' ')[1]),
  ).toEqual([code])
  return all.find((each) => each.code === code)!
}

const headOf = (classes: string[], column = 'digit') => [
  { name: column, column, type: 'classification' as const, classes },
]

describe('distillation before it runs', () => {
  it('has nothing against a larger teacher of the same classes', () => {
    expect(codes(distil({}))).toEqual([])
  })

  it('asks for a teacher', () => {
    expect(only(distil({ teachers: [] }), 'teacher-missing').level).toBe('block')
    expect(only(distil({ teachers: ['run:gone'] }), 'strategy-model').message).toContain('run:gone')
  })

  it('blocks a temperature of 0 or less, warns of one that sharpens and of one that says nothing', () => {
    for (const temperature of [0, -1]) {
      const problem = only(distil({ temperature }), 'strategy-field')
      expect([problem.level, problem.fix?.patch]).toEqual(['block', { 'strategy.temperature': 4 }])
    }
    expect(only(distil({ temperature: 0.5 }), 'temperature')).toMatchObject({ level: 'warn' })
    expect(only(distil({ temperature: 200 }), 'temperature')).toMatchObject({ level: 'warn' })
    expect(codes(distil({ temperature: 20 }))).toEqual([])
  })

  it('says what a weight of the hard loss of 0 and 1 mean, and refuses others outside', () => {
    expect(only(distil({ hardLossWeight: 0 }), 'hard-loss-weight').message).toContain('from the teacher alone')
    expect(only(distil({ hardLossWeight: 1 }), 'hard-loss-weight').message).toContain('the teacher is not used')
    expect(only(distil({ hardLossWeight: 1.2 }), 'strategy-field').level).toBe('block')
  })

  it('blocks a teacher that gives probabilities', () => {
    const { network } = context().trained('large')!.files
    const output = network.outputs[0]!
    const softmax = {
      ...network,
      layers: [
        ...network.layers,
        {
          name: 'softmax',
          type: 'Activation' as const,
          config: { activation: 'softmax' },
          inputs: [output],
          block: 'output',
        },
      ],
      outputs: ['softmax'],
    }
    const layers = network.layers.map((layer) =>
      layer.name === output ? { ...layer, config: { ...layer.config, activation: 'softmax' } } : layer,
    )
    for (const files of [{ network: softmax }, { network: { ...network, layers } }]) {
      expect(only(distil({}, {}, context(files)), 'teacher-softmax').message).toContain('logits')
    }
  })

  it('blocks other classes with their names, pairs another order by name and says so', () => {
    const fewer = only(distil({}, {}, context({ heads: headOf(['0', '1']) })), 'teacher-classes')
    expect([fewer.level, fewer.message]).toEqual(['block', expect.stringContaining('lacks 2')])
    const others = only(distil({}, {}, context({ heads: headOf(['0', '1', 'two']) })), 'teacher-classes')
    expect(others.message).toMatch(/lacks 2; it also has two/)
    const order = only(distil({}, {}, context({ heads: headOf(['2', '1', '0']) })), 'teacher-class-order')
    expect([order.level, order.message]).toEqual(['warn', expect.stringMatching(/2, 1, 0.*0, 1, 2.*by name/)])
  })

  it('blocks a teacher without a classifier for the column', () => {
    const regression = [{ name: 'slant', column: 'slant', type: 'regression' as const, classes: [] }]
    expect(only(distil({}, {}, context({ heads: regression })), 'teacher-head').level).toBe('block')
  })

  it('takes a base model that knows the classes among its own, and says that it answers for them alone', () => {
    const { network, preprocessing, weights } = context().trained('large')!.files
    const base = (classes: string[]) => {
      const big = { id: 'big', title: 'Big', network, preprocessing, weights, classes } as unknown as PretrainedBase
      return distil({ teachers: ['big'] }, {}, { ...context(), bases: [big] })
    }
    const among = only(base(['7', '2', '0', '1']), 'teacher-base')
    expect([among.level, among.message]).toEqual(['warn', expect.stringMatching(/knows 4 classes.* your 3 alone/)])
    const unknown = only(base(['0', '1', 'two']), 'teacher-classes')
    expect([unknown.level, unknown.message]).toEqual(['block', expect.stringMatching(/base model.*named 2\. Train it/)])
    expect(only(base([]), 'teacher-head').level).toBe('block')
    const alike = only(distil({}, {}, context({ heads: headOf(['0', '1', '2', '2']) })), 'teacher-classes')
    expect(alike.message).toContain('lacks 2')
  })

  it('blocks a teacher of table rows for images', () => {
    const table = context({ preprocessing: { kind: 'table', columns: [] } })
    expect(only(distil({}, {}, table), 'teacher-kind').level).toBe('block')
  })

  it('blocks a plan that has nothing to soften', () => {
    const heads = [{ name: 'slant', column: 'slant', type: 'regression' as const }]
    expect(codes(distil({}, { heads }))).toContain('block distillation-head')
  })

  it('says that a student of the teacher’s architecture is born again, with the strategy for it', () => {
    const problem = only(distil({}, { base: LARGE }), 'distillation-born-again')
    expect(problem.level).toBe('warn')
    expect(problem.fix?.patch).toEqual({ strategy: { type: 'born-again-networks', teacher: 'run:large' } })
    const { type, ...values } = problem.fix!.patch['strategy'] as { type: string }
    expect(codes(bornAgain({ type, ...values })).filter((each) => each.startsWith('block'))).toEqual([])
  })

  it('warns that the student would see other images than its teacher', () => {
    const problem = only(distil({}, { augment: { flip: true, shift: 0.1 } }), 'distillation-augment')
    expect(problem.level).toBe('warn')
    expect(codes(distil({}, { augment: { mixup: 0.2 } }))).toEqual([])
  })
})

describe('born-again networks before they run', () => {
  it('have nothing against fresh weights, with and without a teacher of the same architecture', () => {
    expect(codes(bornAgain({}))).toEqual([])
    expect(codes(bornAgain({ teacher: 'run:large' }))).toEqual([])
  })

  it('block a teacher of another architecture: that is distillation', () => {
    const problem = only(bornAgain({ teacher: 'run:large' }, { base: SMALL }), 'born-again-architecture')
    expect(problem.message).toContain('that is distillation')
    expect(problem.fix?.patch).toEqual({ strategy: { type: 'distillation', teachers: ['run:large'] } })
    expect(codes(problems(problem.fix!.patch['strategy'] as object))).toEqual([])
  })

  it('block frozen and reused layers, and mend it', () => {
    const frozen = only(bornAgain({}, { freeze: { layers: ['hidden1'] } }), 'born-again-reused')
    expect(frozen.message).toContain('hidden1')
    const reused = only(bornAgain({}, { base: 'run:large' }), 'born-again-reused')
    expect(reused.fix?.patch).toEqual({ reuse: { layers: [] }, freeze: null, train: null })
    expect(codes(bornAgain({}, { base: 'run:large', reuse: { layers: [] } }))).toEqual([])
  })

  it('say when labels are asked for twice and when there is nothing to choose the best by', () => {
    expect(only(bornAgain({ method: 'cwtm', useLabels: true }), 'born-again-labels').level).toBe('warn')
    expect(codes(bornAgain({ method: 'cwtm' }))).toEqual([])
    const without = context({}, { ...digits, splitCounts: { train: 500, validation: 0, test: 50 } })
    expect(only(bornAgain({ keep: 'best' }, {}, without), 'born-again-keep').level).toBe('warn')
  })

  it('say when a parent answers for plain images while changed ones are trained on', () => {
    const augment = { augment: { shift: 0.1 } }
    expect(codes(bornAgain({}, augment))).toEqual([])
    expect(only(bornAgain({ method: 'dkpp' }, augment), 'born-again-augment').level).toBe('warn')
    expect(only(bornAgain({ teacher: 'run:large' }, augment), 'born-again-augment').level).toBe('warn')
  })

  it('block a teacher of other classes', () => {
    const problem = only(
      bornAgain({ teacher: 'run:large' }, {}, context({ heads: headOf(['0', '1', 'x']) })),
      'teacher-classes',
    )
    expect(problem.level).toBe('block')
  })
})
