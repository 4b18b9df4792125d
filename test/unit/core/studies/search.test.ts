import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import type { TrainJob } from '../../../../src-main/contract/trainer.ts'
import { trainTo } from '../../../support/study-scripts.ts'
import { openToyWorkspace, type TestWorkbench, testWorkbench } from '../../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
})
afterEach(() => test.close())

const search = (more: Partial<StudySpecInput> = {}): StudySpecInput => ({
  name: 'which rate',
  kind: 'search',
  base: { dataset: 'toy', base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' }, batchSize: 4 } as never,
  search: {
    method: 'grid',
    settings: [
      { kind: 'range', path: 'optimizer.learningRate', from: 0.001, to: 0.1, scale: 'log', steps: 3 },
      { kind: 'choice', path: 'batchSize', values: [2, 4, 8] },
    ],
  },
  baselines: [],
  seeds: [1, 2],
  budget: { kind: 'epochs', epochs: 1 },
  ...more,
})

const rateOf = (job: TrainJob): number => (job.spec.optimizer as unknown as { learningRate: number }).learningRate
/** Best on validation at 0.01; on the test split at 0.1, which must choose nothing. */
const validation = (job: TrainJob): number => (rateOf(job) === 0.01 ? 0.9 : 0.5) + job.spec.seed / 100
const measured = trainTo((job) => (rateOf(job) === 0.1 ? 0.95 : 0.8), (job) => ({ 'validation.accuracy': validation(job) })) // prettier-ignore

async function finished(spec: StudySpecInput) {
  const { studyId } = await test.call('studies.start', { study: spec })
  await test.when('studies.changed', (event) => event.studyId === studyId && event.study?.status === 'finished')
  return test.call('studies.get', { studyId })
}

describe('a search', () => {
  it('chooses on the validation split, and tells what its choice gives on the test split', async () => {
    test.trainer.script('train', measured)
    const { results, cells } = await finished(search())
    expect(cells).toHaveLength(18)
    expect([results.metric, results.metrics]).toEqual(['validation.accuracy', ['validation.accuracy']])
    expect(results.rows[0]).toMatchObject({ rank: 1, label: expect.stringContaining('Learning rate 0.01,') as string })
    expect(results.search?.onTest).toEqual({ metric: 'test.accuracy', mean: 0.8, half: 0 })
    expect(results.search?.seconds).toBe(18 * 2)
    expect(results.sentences).toContain(
      'Chosen on the validation split; on the test split, which chose nothing, it gives 80.0 % ± 0.0 points.',
    )
  })

  it('finds the setting that all differences come from', async () => {
    test.trainer.script('train', measured)
    const { search: found } = (await finished(search())).results
    expect(found?.settings.map(({ label, scale }) => [label, scale])).toEqual([
      ['learning rate', 'log'],
      ['batch size', 'choice'],
    ])
    const [rate, batch] = found!.settings.map(({ importance }) => importance!)
    expect(rate).toBeGreaterThan(0.7)
    expect(batch).toBeLessThan(0.1)
    expect(found?.points[1]).toEqual({ arm: 1, values: [0.001, 4] })
  })

  it('leaves its baselines out of the settings', async () => {
    test.trainer.script('train', measured)
    const base = { ...search().base, base: 'efficientnet-lite0', strategy: { type: 'feature-extraction' } } as never
    const { plan, results } = await finished(search({ base, baselines: ['from-scratch'], seeds: [1] }))
    expect(plan.filter(({ isAdded }) => isAdded).map(({ baseline }) => baseline)).toEqual(['from-scratch'])
    // Each of them is a head on frozen features: combinations of one search, not the baseline of each other.
    expect(plan.filter(({ baseline }) => baseline === 'linear-probe')).toEqual([])
    expect(results.search?.points).toHaveLength(9)
  })

  it('is the same study when it is started again from what was recorded', async () => {
    test.trainer.script('train', measured)
    const first = await finished(search({ search: { ...search().search!, method: 'random', samples: 6 } }))
    const again = await finished({ ...first.spec, name: 'again' })
    expect(again.plan.map(({ patch }) => patch)).toEqual(first.plan.map(({ patch }) => patch))
  })

  it.each([
    [{ metric: 'test.accuracy' }, 'A search is judged on the validation split'],
    [{ search: null }, 'A search needs `search`'],
  ])('is refused in words: %j', async (more, words) => {
    await expect(test.call('studies.start', { study: search(more as never) })).rejects.toThrow(words)
  })

  it('needs a validation split', async () => {
    const [toy] = await test.call('datasets.list', {})
    const plan = { ...toy!.split, train: 0.8, validation: 0, test: 0.2 }
    await test.call('datasets.split', { datasetId: toy!.id, plan })
    await expect(test.call('studies.start', { study: search() })).rejects.toThrow('has none. Give it one')
  })
})
