import { describe, expect, it } from 'vitest'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import type { DatasetFacts, LearningContext, PretrainedBase } from '../../../../src-main/learning/context.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { strategyChecks } from '../../../../src-main/learning/plan/strategy-checks.ts'

const photos: DatasetFacts = {
  name: 'photos',
  kind: 'table',
  splitCounts: { train: 50, validation: 5, test: 5 },
  labelColumns: [],
  featureColumns: [],
  channels: null,
  imageSize: null,
  columnStatistics: {},
}

function network() {
  const net = networkBuilder('net', [3])
  net.add('hidden', 'Dense', { units: 4 })
  net.add('head_kind', 'Dense', { units: 2 })
  return net.finish('hidden')
}

const FILES = {
  network: network(),
  preprocessing: { kind: 'table' as const, columns: [] },
  weights: { path: '/w.safetensors', sha256: 'x' },
  heads: [],
}

const CONTEXT: LearningContext = {
  dataset: photos,
  bases: [{ id: 'small' } as PretrainedBase, { id: 'large' } as PretrainedBase],
  trained: (id) => (id === 'known' ? { title: 'Known', files: FILES } : null),
}

type Strategy = ExperimentSpec['strategy']

const head = { name: 'kind', column: 'kind', type: 'classification' as const, classes: ['a', 'b'] }
const states = { input: 'fresh', hidden: 'fresh', head_kind: 'fresh' } as const

function check(strategy: Strategy, context: Partial<LearningContext> = {}) {
  const spec = ExperimentSpec.parse({ dataset: 'photos', base: 'b', strategy })
  return strategyChecks(spec, { ...CONTEXT, ...context }, { network: network(), states, heads: [head] })
}

const codes = (strategy: Strategy, context: Partial<LearningContext> = {}) =>
  check(strategy, context).map(({ code }) => code)

describe('names that nothing has', () => {
  it('a model, with what there is', () => {
    const strategy = { type: 'distillation', teachers: ['run:gone', 'run:known'] }
    expect(check(strategy).filter(({ code }) => code === 'strategy-model')).toEqual([
      {
        level: 'block',
        code: 'strategy-model',
        message:
          '`strategy.teachers`: there is no model "run:gone". There are: small, large, run:<id> of a finished run.',
        fix: null,
      },
    ])
  })

  it('a dataset, where the workspace has others or none at all', () => {
    const strategy = { type: 'dann', target: 'sketches' }
    const message = '`strategy.target`: the workspace has no dataset "sketches".'
    const unknown = { level: 'block', code: 'strategy-dataset', message, fix: null }
    expect(check(strategy, { further: () => null })).toContainEqual(unknown)
    expect(check(strategy)).toContainEqual(unknown)
    const further = (name: string) => (name === 'sketches' ? { ...photos, name } : null)
    expect(codes(strategy, { further })).not.toContain('strategy-dataset')
  })
})

describe('the strategy’s own checks', () => {
  it('see the models and datasets that its parameters name', () => {
    expect(codes({ type: 'distillation', teachers: ['run:known'] })).toContain('distillation-born-again')
    expect(codes({ type: 'distillation', teachers: ['run:gone'] })).not.toContain('distillation-born-again')
    const target = { type: 'dann', target: 'sketches' }
    expect(codes(target)).toContain('target-unknown')
    expect(codes(target, { further: (name) => ({ ...photos, name, kind: 'image' }) })).toContain('target-kind')
    expect(codes({ type: 'dann' })).toContain('target-missing')
  })

  it('see the plan and the chosen dataset', () => {
    const short = { type: 'fine-tuning', headEpochs: 20 }
    const spec = ExperimentSpec.parse({ dataset: 'photos', base: 'b', strategy: short, epochs: 4 })
    const plan = { network: network(), heads: [head] }
    const reused = { ...states, hidden: 'trained' } as const
    const found = strategyChecks(spec, CONTEXT, { ...plan, states: reused })
    expect(found.map(({ code }) => code)).toEqual(['head-first-epochs'])
    expect(strategyChecks(spec, CONTEXT, { ...plan, states })).toEqual([])
    expect(codes({ type: 'dann', target: 'sketches' }, { dataset: null, further: () => photos })).not.toContain(
      'target-kind',
    )
  })

  it('wait for parameters that the form takes; names are looked up before', () => {
    expect(codes({ type: 'distillation', teachers: ['run:gone'], temperature: -1 })).toEqual(['strategy-model'])
    expect(codes({ type: 'distillation', teachers: [], temperature: -1 })).toEqual([])
  })

  it('a strategy without any, and one that there is not', () => {
    expect(codes({ type: 'feature-extraction' })).toEqual([])
    expect(codes({ type: 'gone', teachers: ['run:gone'] })).toEqual([])
  })
})

describe('heads of tags', () => {
  const tags = { ...head, type: 'tags' as const }
  const found = (type: string) => {
    const spec = ExperimentSpec.parse({ dataset: 'photos', base: 'b', strategy: { type } })
    const problems = strategyChecks(spec, CONTEXT, { network: network(), states, heads: [tags] })
    return problems.filter(({ code }) => code === 'strategy-head')
  }

  it.each(['feature-extraction', 'fine-tuning', 'multi-task-hard', 'rotation-prediction'])(
    'are taken by %s',
    (type) => {
      expect(found(type)).toEqual([])
    },
  )

  it.each(['distillation', 'self-training', 'dann', 'task-transfer', 'meta-learning', 'born-again-tree'])(
    '%s refuses them, and names who takes them',
    (type) => {
      const [problem, more] = found(type)
      expect(more).toBeUndefined()
      expect(problem?.level).toBe('block')
      expect(problem?.message).toContain('cannot learn tags, which "kind" has: several labels an item are learned by')
      expect(problem?.message).toContain('Fine-tuning')
      expect(problem?.fix?.patch).toEqual({ strategy: { type: 'fine-tuning' } })
    },
  )
})
