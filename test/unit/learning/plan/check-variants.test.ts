import { describe, expect, it } from 'vitest'
import { ExperimentSpec } from '../../../../src-main/contract/spec.ts'
import { resolveVariants } from '../../../../src-main/learning/plan/check-variants.ts'

function resolve(more: object) {
  return resolveVariants(
    ExperimentSpec.parse({ dataset: 'd', base: 'b', strategy: { type: 'feature-extraction' }, ...more }),
  )
}

it('fills in what strategy, optimizer and schedule leave out, and keeps the rest of the spec', () => {
  const { spec, problems } = resolve({
    optimizer: { type: 'sgd', learningRate: 0.5 },
    schedule: { type: 'step', everyEpochs: 3 },
    epochs: 4,
  })
  expect(problems).toEqual([])
  expect(spec.optimizer).toEqual({ type: 'sgd', learningRate: 0.5, momentum: 0.9, nesterov: false, weightDecay: 0 })
  expect(spec.schedule).toEqual({ type: 'step', everyEpochs: 3, factor: 0.1, warmupEpochs: 0 })
  expect(spec.strategy).toMatchObject({ type: 'feature-extraction', depth: 1 })
  expect(spec.epochs).toBe(4)
})

describe('types that nothing has', () => {
  it('are told with all that there are; the nearest is offered', () => {
    const { spec, problems } = resolve({ optimizer: { type: 'adamm', learningRate: 0.5 } })
    expect(problems).toEqual([
      {
        level: 'block',
        code: 'optimizer-type',
        message: '`optimizer.type`: there is no "adamm". There are: adam, adamw, sgd, rmsprop.',
        fix: { title: 'Use adam', patch: { optimizer: { type: 'adam' } } },
      },
    ])
    expect(spec.optimizer).toEqual({ type: 'adamm', learningRate: 0.5 })
  })

  it('are mended with the first where none is near', () => {
    const { problems } = resolve({ schedule: { type: 'something else' } })
    expect(problems.map(({ code, fix }) => [code, fix?.patch])).toEqual([
      ['schedule-type', { schedule: { type: 'constant' } }],
    ])
  })

  it('of all three at once', () => {
    const unknown = { type: 'x' }
    const { problems } = resolve({ strategy: unknown, optimizer: unknown, schedule: unknown })
    expect(problems.map(({ code }) => code)).toEqual(['strategy-type', 'optimizer-type', 'schedule-type'])
  })
})

describe('parameters', () => {
  it('of other values than the form allows are told with what was received; the default is offered', () => {
    const { spec, problems } = resolve({ optimizer: { type: 'sgd', momentum: 2, nesterov: 'yes' } })
    expect(problems.map(({ level, code, fix }) => ({ level, code, fix }))).toEqual([
      { level: 'block', code: 'optimizer-field', fix: { title: 'Use 0.9', patch: { 'optimizer.momentum': 0.9 } } },
      { level: 'block', code: 'optimizer-field', fix: { title: 'Use false', patch: { 'optimizer.nesterov': false } } },
    ])
    expect(problems[0]!.message).toMatch(/^`optimizer\.momentum`: .+\. Received: 2\.$/)
    expect(problems[1]!.message).toMatch(/^`optimizer\.nesterov`: .+\. Received: "yes"\.$/)
    expect(spec.optimizer).toEqual({ type: 'sgd', momentum: 2, nesterov: 'yes' })
  })

  it('that the variant does not have are told together, with those that it has, and can be removed', () => {
    const { problems } = resolve({ schedule: { type: 'step', factor: 0.5, faktor: 1, every: 2 } })
    expect(problems).toEqual([
      {
        level: 'block',
        code: 'schedule-field',
        message: '`schedule`: step has no faktor, every. It has: everyEpochs, factor, warmupEpochs.',
        fix: { title: 'Remove', patch: { 'schedule.faktor': null, 'schedule.every': null } },
      },
    ])
  })

  it('wrong within a list are told by the list’s name', () => {
    const strategy = { type: 'distillation', teachers: ['run:a', ''] }
    const { problems } = resolve({ strategy })
    expect(problems).toHaveLength(1)
    expect(problems[0]!.message).toMatch(/^`strategy\.teachers`: .+\. Received: \["run:a",""\]\.$/)
    expect(problems[0]!.fix!.patch).toEqual({ 'strategy.teachers': [] })
  })
})
