import { beforeEach, describe, expect, it } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { updateDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import { SPLIT_FIELD, writeValues } from '../../../../src-main/core/store/values-repo.ts'
import { planStudy } from '../../../../src-main/core/studies/plan-study.ts'
import { prepareStudy } from '../../../../src-main/core/studies/prepare-study.ts'
import { studySpec } from '../../../support/study-rows.ts'
import { addToyDataset, studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

let test: StudyWorkspace
beforeEach(() => {
  test = studyWorkspace()
})

const planned = (more: Partial<StudySpecInput> = {}) => planStudy(test.app, test.session, studySpec(more))
const REUSED = { dataset: 'toy', base: 'efficientnet-lite0', strategy: { type: 'fine-tuning' }, batchSize: 4 } as never
const codes = (problems: readonly { code: string }[]): string[] => problems.map((problem) => problem.code)

describe('a study that is planned', () => {
  it('is the base alone where no arm is given', async () => {
    const { plan } = await planned({ arms: [] })
    expect(plan.arms).toMatchObject([{ patch: {}, isAdded: false, strategy: 'fine-tuning' }])
    expect(plan).toMatchObject({ labelLimits: [null], runs: 2, problems: [] })
  })

  it('costs every arm as often as there are seeds', async () => {
    const { plan } = await planned({ arms: [{}, { patch: { batchSize: 2 } }], seeds: [1, 2, 3] })
    const [a, b] = plan.arms
    expect(plan.runs).toBe(6)
    expect(plan.seconds).toBeCloseTo(3 * (a!.seconds! + b!.seconds!), 9)
    expect(a!.seconds).toBeGreaterThan(0)
  })

  it('costs every arm as often as there are numbers of labels', async () => {
    const { plan } = await planned({ kind: 'label-efficiency', labelLimits: [2, 3, null] })
    expect(plan).toMatchObject({ labelLimits: [2, 3, null], runs: 6 })
    expect(plan.seconds).toBeCloseTo(6 * plan.arms[0]!.seconds!, 9)
  })

  it('takes its numbers of labels from what is labelled', async () => {
    // Four labelled items of two classes: no half of them is enough.
    expect((await planned({ kind: 'label-efficiency', labelLimits: [] })).plan.labelLimits).toEqual([null])
    expect((await planned({ kind: 'label-efficiency', labelLimits: [3, 4, 5] })).plan.labelLimits).toEqual([3, null])
  })

  it('has two labels of each class at least where it chooses their numbers itself', async () => {
    const key = addToyDataset(test.db, 'of four')
    const labelColumns = [{ id: 1, name: 'label', type: 'classification' as const, classes: ['a', 'b', 'c', 'd'] }]
    updateDataset(test.db, key, { labelColumns })
    writeValues(test.db, { dataset: key, field: SPLIT_FIELD }, new Float64Array(12))
    writeValues(
      test.db,
      { dataset: key, field: 1 },
      Float64Array.from({ length: 12 }, (_unused, row) => row % 4),
    )
    // Half of twelve is less than eight.
    const base = { ...studySpec().base, dataset: 'of four' }
    const { plan, facts } = await planned({ kind: 'label-efficiency', labelLimits: [], base })
    expect([facts.labelled, plan.labelLimits]).toEqual([12, [null]])
  })

  it('costs nobody knows what where one arm cannot be planned', async () => {
    const { plan } = await planned({ arms: [{}, { patch: { batchSize: 0 } }] })
    expect(plan.seconds).toBeNull()
  })

  it('knows its dataset, how much is labelled, and what one answer for everything reaches', async () => {
    const { dataset, facts } = await planned()
    expect(dataset?.row.name).toBe('toy')
    expect(facts.labelled).toBe(4)
    // Always “cat”: one of three in validation, two of three in test.
    expect(facts.majority).toEqual({
      values: { 'validation.accuracy': 1 / 3, 'test.accuracy': 2 / 3 },
      words: 'always answering “cat”, the most common class',
    })
    expect((await planned({ baselines: [] })).facts.majority).toBeNull()
  })

  it('has no dataset where that is unknown', async () => {
    const base = { ...studySpec().base, dataset: 'nowhere' }
    const { dataset, facts, plan } = await planned({ base })
    expect([dataset, facts]).toEqual([null, { labelled: 0, majority: null }])
    expect(codes(plan.problems)).toEqual(['arms'])
  })

  it('goes by the first arm that has a dataset', async () => {
    addToyDataset(test.db, 'other')
    const arms = [{ patch: { batchSize: 0 } }, { patch: { dataset: 'other' } }, {}]
    expect((await planned({ arms })).dataset?.row.name).toBe('other')
  })
})

describe('the arms of a study', () => {
  it('are joined by the baselines that are missing, and told what they are themselves', async () => {
    const arms = [{ preset: 'feature-extraction' }, { preset: 'fine-tune-all', label: 'Tuned' }]
    const { plan } = await planned({ base: REUSED, arms })
    expect(plan.arms.map(({ label, baseline, isAdded }) => [label, baseline, isAdded])).toEqual([
      ['Feature extraction', 'linear-probe', false],
      ['Tuned', null, false],
      ['From scratch', 'from-scratch', true],
    ])
    expect(plan.leftOut).toEqual([{ baseline: 'source-only', reason: 'No arm adapts to a second domain.' }])
  })

  it('of one name are numbered', async () => {
    const { plan } = await planned({ arms: [{ label: 'A' }, { label: 'B' }, { label: 'A' }, { label: 'A' }] })
    expect(plan.arms.map((arm) => arm.label)).toEqual(['A', 'B', 'A (2)', 'A (3)'])
  })

  it('are one a block in a freeze sweep, unless they are given', async () => {
    const sweep = {
      kind: 'freeze-sweep' as const,
      base: { ...(REUSED as object), cut: 'stem' } as never,
      baselines: [],
    }
    expect((await planned({ ...sweep, arms: [] })).plan.arms.map((arm) => arm.label)).toEqual([
      'Nothing frozen',
      'All frozen (up to Stem)',
    ])
    expect((await planned({ ...sweep, arms: [{ label: 'Mine' }] })).plan.arms.map((arm) => arm.label)).toEqual(['Mine'])
  })

  it('are none in a sweep of fresh weights, which costs nobody knows what', async () => {
    const { plan, dataset } = await planned({ kind: 'freeze-sweep', arms: [] })
    expect(plan).toMatchObject({ arms: [], runs: 0, seconds: null })
    expect([codes(plan.problems), dataset]).toEqual([['sweep'], null])
  })
})

describe('what is wrong with a study', () => {
  it('is one seed, and a seed that stands twice', async () => {
    const [one] = (await planned({ seeds: [5] })).plan.problems
    expect(one).toMatchObject({ level: 'warn', code: 'one-seed', fix: null })
    expect(codes((await planned({ seeds: [5, 5] })).plan.problems)).toEqual(['seeds', 'one-seed'])
    const twice = (await planned({ seeds: [5, 6, 5] })).plan
    expect(twice.problems).toEqual([
      { level: 'warn', code: 'seeds', message: 'A seed that stands twice is taken once.', fix: null },
    ])
    expect(twice.runs).toBe(2)
  })

  it('is more than a thousand runs', async () => {
    const seeds = Array.from({ length: 50 }, (_unused, i) => i)
    const labelLimits = (count: number) => Array.from({ length: count }, (_unused, i) => i + 1)
    const base = { ...studySpec().base, dataset: 'nowhere' }
    const of = async (limits: number, arms: number) =>
      (
        await planned({
          base,
          kind: 'label-efficiency',
          seeds,
          labelLimits: labelLimits(limits),
          arms: Array.from({ length: arms }, () => ({})),
        })
      ).plan
    expect([(await of(20, 1)).runs, codes((await of(20, 1)).problems)]).toEqual([1000, ['arms']])
    const large = await of(11, 2)
    expect(large.problems[0]).toEqual({
      level: 'block',
      code: 'study-size',
      message: 'Expected at most 1000 runs. Received: 1100.',
      fix: null,
    })
  })

  it('is an arm that cannot run', async () => {
    const arms = [{ label: 'Good' }, { label: 'Bad', patch: { batchSize: 0 } }, { label: 'Worse', preset: 'magic' }]
    const { plan } = await planned({ arms })
    expect(plan.problems).toHaveLength(1)
    expect(plan.problems[0]).toMatchObject({ level: 'block', code: 'arms', fix: null })
    expect(plan.problems[0]?.message).toMatch(/^“Bad”, “Worse” cannot run as planned: .*batchSize/)
  })

  it('is said by what stops the arm, not by what it is warned of', async () => {
    const patch = { strategy: { type: 'dann', target: 'nowhere' }, freeze: { all: true }, train: { all: true } }
    const { plan } = await planned({ arms: [{ label: 'Bad', patch }], baselines: [] })
    expect(plan.arms[0]!.problems[0]).toMatchObject({ level: 'warn' })
    expect(plan.problems.map(({ message }) => message)).toEqual([
      '“Bad” cannot run as planned: `strategy.target`: the workspace has no dataset "nowhere".',
    ])
  })

  it('is not an arm that is only warned of', async () => {
    const arms = [{ patch: { strategy: { type: 'feature-extraction' } } }]
    const { plan } = await planned({ arms })
    expect(plan.arms[0]?.problems.map((problem) => problem.level)).toContain('warn')
    expect(plan.problems).toEqual([])
  })
})

describe('what is worked out before a study is planned', () => {
  const asked: string[] = []
  const watching = () => {
    asked.length = 0
    const { datasets } = test.session
    const find = (name: string) => {
      asked.push(name)
      return datasets.find(name)
    }
    return { ...test.session, datasets: { ...datasets, find } }
  }

  it('is of the datasets of all arms', async () => {
    addToyDataset(test.db, 'other')
    const arms = [{}, { patch: { batchSize: 0, dataset: 'broken' } }, { patch: { dataset: 'other' } }]
    await prepareStudy(watching(), studySpec({ arms }))
    expect(new Set(asked)).toEqual(new Set(['toy', 'other']))
  })

  it('is of the base where no arm is given', async () => {
    await prepareStudy(watching(), studySpec({ arms: [] }))
    expect(new Set(asked)).toEqual(new Set(['toy']))
  })
})
