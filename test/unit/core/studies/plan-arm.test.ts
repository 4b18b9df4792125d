import { beforeEach, describe, expect, it } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { armSpec, planArm, strategyLabel } from '../../../../src-main/core/studies/plan-arm.ts'
import { catalog } from '../../../../src-main/learning/catalog.ts'
import { studySpec } from '../../../support/study-rows.ts'
import { studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

const PLACE = { seed: 7, labels: 40 }

describe('the spec of an arm', () => {
  it('is the base with the arm’s changes, under the study’s seed and budget', () => {
    const spec = armSpec(studySpec(), { batchSize: 2, 'optimizer.learningRate': 0.5 }, PLACE)
    expect(spec).toMatchObject({
      dataset: 'toy',
      batchSize: 2,
      optimizer: { learningRate: 0.5 },
      seed: 7,
      epochs: 3,
      strategy: { type: 'fine-tuning' },
    })
  })

  it('has a number of labels where labels are what is studied', () => {
    const base = { ...studySpec().base, labelLimit: 9 }
    expect(armSpec(studySpec({ base }), {}, PLACE).labelLimit).toBe(9)
    const study = studySpec({ kind: 'label-efficiency', base })
    expect(armSpec(study, {}, PLACE).labelLimit).toBe(40)
    expect(armSpec(study, {}, { ...PLACE, labels: null }).labelLimit).toBeNull()
  })

  it('has the version of the base’s dataset, unless the arm has another dataset', () => {
    const { base } = studySpec()
    const study = studySpec({ base: { ...base, datasetVersion: 3 } })
    expect(armSpec(study, {}, PLACE).datasetVersion).toBe(3)
    expect(armSpec(study, { dataset: 'other' }, PLACE).datasetVersion).toBeUndefined()
    expect(armSpec(study, { dataset: 'other', datasetVersion: 5 }, PLACE).datasetVersion).toBe(5)
  })

  it('does not train the source alone a second time where that is an arm of its own', () => {
    const dann = { strategy: { type: 'dann', target: 'other' } }
    const strategyOf = (baselines: StudySpecInput['baselines'], patch: Record<string, unknown>) =>
      armSpec(studySpec({ baselines }), patch, PLACE).strategy
    expect(strategyOf(['source-only'], dann)).toEqual({ ...dann.strategy, compareSourceOnly: false })
    expect(strategyOf(['majority'], dann)).toEqual(dann.strategy)
    expect(strategyOf(['source-only'], {})).toEqual({ type: 'fine-tuning' })
    const asked = { strategy: { ...dann.strategy, compareSourceOnly: true } }
    expect(strategyOf(['source-only'], asked)).toEqual(asked.strategy)
  })
})

describe('an arm that is planned', () => {
  let test: StudyWorkspace
  beforeEach(() => {
    test = studyWorkspace()
  })
  type Arm = NonNullable<StudySpecInput['arms']>[number]
  function plan(arm: Arm, more: Partial<StudySpecInput> = {}, isAdded = false) {
    const study = studySpec({ arms: [arm], ...more })
    return planArm(test.app, test.session, study, { arm: study.arms[0]!, isAdded })
  }

  it('says what it trains and how long it takes', () => {
    const { arm, planned } = plan({})
    expect(arm).toMatchObject({ patch: {}, baseline: null, isAdded: false, strategy: 'fine-tuning' })
    expect(arm.problems.filter((problem) => problem.level === 'block')).toEqual([])
    expect(arm.label).toBe(catalog().strategies.find((one) => one.type === 'fine-tuning')?.label)
    expect(arm.parameters.total).toBeGreaterThan(1000)
    expect(arm.parameters).toEqual({
      total: planned?.plan.parameters.total,
      trainable: planned?.plan.parameters.trainable,
    })
    expect(arm.seconds).toBe(planned?.plan.estimate?.seconds)
    expect(planned?.resolved.spec.seed).toBe(1)
    expect(plan({}, { seeds: [7, 9] }).planned?.resolved.spec.seed).toBe(7)
  })

  it('takes no longer than its budget', () => {
    const budget = { kind: 'seconds' as const, seconds: 1, epochs: 9000 }
    expect(plan({}, { budget }).arm.seconds).toBe(1)
    expect(plan({}, { budget: { ...budget, seconds: 1e6 } }).arm.seconds).toBeLessThan(1e6)
  })

  it('is a baseline, or was added, as it is told', () => {
    expect(plan({ baseline: 'linear-probe' }, {}, true).arm).toMatchObject({ baseline: 'linear-probe', isAdded: true })
  })

  it('is its preset with its own changes, under its own name or that of the preset', () => {
    const preset = catalog().presets.find((one) => one.id === 'feature-extraction')!
    const own = { ...preset.patch, batchSize: 2 }
    expect(plan({ preset: preset.id, patch: { batchSize: 2 } }).arm).toMatchObject({ label: preset.label, patch: own })
    expect(plan({ preset: preset.id, label: 'Mine' }).arm).toMatchObject({ label: 'Mine', patch: preset.patch })
    const changed = { strategy: { type: 'fine-tuning' } }
    expect(plan({ preset: preset.id, patch: changed }).arm.strategy).toBe('fine-tuning')
  })

  it('has no other problems than those of its plan', () => {
    for (const arm of [{}, { preset: 'feature-extraction' }]) {
      const { arm: planned, planned: own } = plan(arm)
      expect(planned.problems).toEqual(own?.plan.problems)
    }
  })

  it('of an unknown preset is told with those that there are', () => {
    const { arm } = plan({ preset: 'magic', patch: { batchSize: 2 }, label: 'Mine' })
    expect(arm).toMatchObject({ label: 'Mine', patch: { batchSize: 2 } })
    expect(arm.problems[0]).toMatchObject({ level: 'block', code: 'preset', fix: null })
    expect(arm.problems[0]?.message).toMatch(/^Expected `preset` to be one of .*, .*\. Received: magic\.$/)
    for (const { id } of catalog().presets) expect(arm.problems[0]?.message).toContain(id)
    expect(arm.problems.filter(({ code }) => code === 'preset')).toHaveLength(1)
  })

  it('that makes no spec has problems instead of a plan', () => {
    const { arm, planned } = plan({ patch: { batchSize: 0, 'strategy.type': 'feature-extraction' } })
    expect(planned).toBeNull()
    expect(arm).toMatchObject({ strategy: 'feature-extraction', parameters: { total: 0, trainable: 0 }, seconds: null })
    expect(arm.problems).toHaveLength(1)
    expect(arm.problems[0]).toMatchObject({ level: 'block', code: 'arm', fix: null })
    expect(arm.problems[0]?.message).toContain('batchSize')
  })

  it('of an unknown base is told, too', () => {
    const { arm, planned } = plan({ patch: { base: 'nowhere' } })
    expect([planned, arm.problems[0]?.code, arm.seconds]).toEqual([null, 'arm', null])
    expect(arm.problems[0]?.message).toContain('nowhere')
  })

  it('whose strategy is no name counts by that of the study', () => {
    expect(plan({ patch: { 'strategy.type': 5 } }).arm.strategy).toBe('fine-tuning')
    expect(plan({ patch: { strategy: null } }).arm.strategy).toBe('fine-tuning')
  })

  it('has the problems of its plan', () => {
    const { arm, planned } = plan({ patch: { dataset: 'nowhere' } })
    expect(planned?.dataset).toBeNull()
    expect(arm.seconds).toBeNull()
    expect(arm.problems.map((problem) => problem.code)).toContain('dataset')
  })

  it('does not hide a fault of Graft’s own', () => {
    const broken = { ...test.session, datasets: { ...test.session.datasets, find: () => fail() } }
    const fail = (): never => {
      throw new TypeError('a fault')
    }
    const study = studySpec()
    const work = () => planArm(test.app, broken, study, { arm: study.arms[0]!, isAdded: false })
    expect(work).toThrow('a fault')
  })
})

describe('the name of a strategy', () => {
  it('is that of the catalogue, else its type', () => {
    expect(strategyLabel('dann')).toBe('Domain adaptation (DANN)')
    expect(strategyLabel('hope')).toBe('hope')
  })
})
