import { beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { updateDataset } from '../../../../src-main/core/store/datasets-repo.ts'
import { listRuns } from '../../../../src-main/core/store/list-runs.ts'
import { readDetails } from '../../../../src-main/core/store/run-details-repo.ts'
import { findStudy, listStudies, studyRuns } from '../../../../src-main/core/store/studies-repo.ts'
import { startStudy } from '../../../../src-main/core/studies/start-study.ts'
import { studySpec } from '../../../support/study-rows.ts'
import { studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

let test: StudyWorkspace
beforeEach(() => {
  test = studyWorkspace()
})

const ARMS = [{ label: 'A' }, { label: 'B', patch: { batchSize: 2 } }]

async function started(more: Partial<StudySpecInput> = {}) {
  const { studyId } = await startStudy(test.app, studySpec({ arms: ARMS, ...more }))
  const study = findStudy(test.db, studyId)!
  return { study, runs: studyRuns(test.db, study.key) }
}

async function refusal(more: Partial<StudySpecInput>): Promise<GraftError> {
  const error = await started(more).catch((caught: unknown) => caught)
  if (error instanceof GraftError) return error
  throw new Error('it was not refused')
}

describe('a study that is started', () => {
  it('queues all arms with the first seed, then with the second', async () => {
    const { runs } = await started({ seeds: [5, 9] })
    expect(runs.map((run) => [run.arm, run.labels, run.seed, run.status, run.queue, run.name])).toEqual([
      [0, null, 5, 'queued', 1, 'A (toy study)'],
      [1, null, 5, 'queued', 2, 'B (toy study)'],
      [0, null, 9, 'queued', 3, 'A (toy study)'],
      [1, null, 9, 'queued', 4, 'B (toy study)'],
    ])
    expect(runs.map((run) => run.tags)).toEqual(runs.map(() => '["toy study"]'))
    expect(runs.map((run) => run.epochs)).toEqual([3, 3, 3, 3])
    expect(readDetails(test.db, runs[3]!.key).spec).toMatchObject({ batchSize: 2, seed: 9, name: 'B (toy study)' })
  })

  it('tells of its runs and wakes the queue', async () => {
    const { runs } = await started()
    const told = test.events.filter(({ name }) => name === 'runs.changed').map(({ payload }) => payload)
    expect(told).toMatchObject(runs.map((run) => ({ runId: run.id })))
    expect(test.wakes()).toBe(1)
  })

  it('is recorded with all arms written out, on the version that the dataset has', async () => {
    updateDataset(test.db, 1, { version: 4 })
    const { study } = await started({ seeds: [1, 2, 1], baselines: ['majority'] })
    expect(study).toMatchObject({
      name: 'toy study',
      kind: 'tournament',
      createdAt: '2026-01-02T00:00:00.000Z',
      dataset: { id: 'id-of-toy', name: 'toy' },
      facts: { labelled: 4, majority: { values: { 'test.accuracy': 2 / 3 } } },
    })
    expect(study.spec).toMatchObject({ seeds: [1, 2], labelLimits: [] })
    expect(study.spec.base.datasetVersion).toBe(4)
    expect(study.arms.map((arm) => arm.label)).toEqual(['A', 'B'])
  })

  it('keeps in its arms which of them are baselines', async () => {
    // From fresh weights, plain training is that baseline by itself.
    const { study } = await started({ arms: [{ label: 'A' }, { label: 'B', baseline: 'linear-probe' }] })
    expect(study.spec.arms).toEqual([
      { label: 'A', patch: {}, baseline: 'from-scratch' },
      { label: 'B', patch: {}, baseline: 'linear-probe' },
    ])
    const distilled = {
      strategy: { type: 'fine-tuning' },
      base: 'efficientnet-lite0',
      freeze: null,
      train: { all: true },
    }
    const plain = await started({ arms: [{ label: 'A', patch: distilled }], baselines: [] })
    expect(plain.study.spec.arms).toEqual([{ label: 'A', patch: distilled }])
  })

  it('is named after its dataset and kind where it has no name', async () => {
    expect((await started({ name: '' })).study.name).toBe('toy, tournament')
    expect((await started({ name: '', kind: 'label-efficiency', labelLimits: [3] })).study.name).toBe(
      'toy, label efficiency',
    )
  })

  it('has the name of its dataset where that is chosen by its id', async () => {
    const { study } = await started({ name: '', base: { ...studySpec().base, dataset: 'id-of-toy' } })
    expect([study.name, study.dataset]).toEqual(['toy, tournament', { id: 'id-of-toy', name: 'toy' }])
  })

  it('names the number of labels where those are studied, and keeps what they come to', async () => {
    const { study, runs } = await started({
      kind: 'label-efficiency',
      labelLimits: [9, 3],
      seeds: [1],
      arms: [{ label: 'A' }],
    })
    expect(study.spec.labelLimits).toEqual([3, null])
    expect(runs.map((run) => [run.labels, run.name])).toEqual([
      [3, 'A, 3 labels (toy study)'],
      [null, 'A (toy study)'],
    ])
    expect(runs.map((run) => readDetails(test.db, run.key).spec.labelLimit)).toEqual([3, null])
    const one = await started({ kind: 'label-efficiency', labelLimits: [1], seeds: [1], arms: [{ label: 'A' }] })
    expect(one.runs.map((run) => run.name)).toEqual(['A, 1 label (toy study)'])
  })

  it('has names and tags that are not too long', async () => {
    const { runs } = await started({ name: 'n'.repeat(100), arms: [{ label: 'l'.repeat(120) }], seeds: [1] })
    expect(runs[0]?.name).toBe(`${'l'.repeat(120)} (${'n'.repeat(78)}`)
    expect(runs[0]?.tags).toBe(JSON.stringify(['n'.repeat(50)]))
  })
})

describe('a study that cannot run', () => {
  const recorded = () => [listStudies(test.db).length, test.db.get('SELECT count(*) AS n FROM runs')]

  it('is refused with what its arms say, and nothing is recorded', async () => {
    const warned = { strategy: { type: 'feature-extraction' } }
    const arms = [
      { label: 'A', patch: warned },
      { label: 'B', patch: { dataset: 'nowhere' } },
    ]
    const error = await refusal({ arms, seeds: [1] })
    expect(error.code).toBe('E_RUN_SPEC')
    expect(error.message).toMatch(/^“B” cannot run as planned: /)
    expect(error.fix).toBe('Use toy')
    // The warnings, of one seed and of fresh weights that are frozen, are none of the reasons.
    expect((error.details?.['problems'] as { code: string }[]).map(({ code }) => code)).toEqual(['arms', 'dataset'])
    expect(recorded()).toEqual([0, { n: 0 }])
    expect(listRuns(test.db, { filter: {}, sort: 'name', offset: 0, limit: 1 })?.total).toBe(0)
    expect(test.events).toEqual([])
  })

  it('is to be changed where an arm makes no spec', async () => {
    const error = await refusal({ arms: [{ label: 'A', patch: { batchSize: 0 } }] })
    expect(error).toMatchObject({ code: 'E_RUN_SPEC', fix: 'Change the study and try again.' })
  })

  it('is refused where the study itself is the reason', async () => {
    const error = await refusal({ kind: 'freeze-sweep', arms: [] })
    expect(error).toMatchObject({ code: 'E_RUN_SPEC', fix: 'Change the study and try again.' })
    expect(error.message).toMatch(/^A freeze sweep needs/)
  })

  it('is not refused for a warning', async () => {
    expect((await started({ seeds: [1] })).runs).toHaveLength(2)
  })

  it('needs an open workspace', async () => {
    test.app.session = null
    expect((await refusal({})).code).toBe('E_WORKSPACE_NOT_OPEN')
  })
})
