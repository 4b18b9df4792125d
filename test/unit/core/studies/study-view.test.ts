import { beforeEach, describe, expect, it } from 'vitest'
import type { PlannedArm } from '../../../../src-main/contract/studies.ts'
import { keepMetrics, recordMetric } from '../../../../src-main/core/store/metrics-repo.ts'
import type { NewRunRow } from '../../../../src-main/core/store/runs-repo.ts'
import { addStudyRun, findStudy, insertStudy, type StudyRow } from '../../../../src-main/core/store/studies-repo.ts'
import { studyDetail, studySummary } from '../../../../src-main/core/studies/study-view.ts'
import { insertTestRun } from '../../../support/store-rows.ts'
import { plannedArm, studySpec } from '../../../support/study-rows.ts'
import { studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

const ARMS = [plannedArm('Fine-tuning'), plannedArm('Linear probe', 'linear-probe')]

let test: StudyWorkspace
let study: StudyRow
beforeEach(() => {
  test = studyWorkspace()
  study = make()
})

function make(more: Partial<StudyRow> = {}, arms: PlannedArm[] = ARMS): StudyRow {
  const id = `s${Math.random()}`
  insertStudy(test.db, {
    id,
    name: 'my study',
    kind: 'tournament',
    createdAt: '2026-01-01T00:00:00.000Z',
    dataset: { id: 'd1', name: 'toy' },
    spec: studySpec({ seeds: [1, 2] }),
    arms,
    facts: { majority: { values: { 'test.accuracy': 0.25 }, words: 'always answering “cat”' }, labelled: 40 },
    ...more,
  })
  return findStudy(test.db, id)!
}

let runs = 0
function addRun(
  place: { arm: number; seed?: number; labels?: number | null; of?: StudyRow },
  metrics: Record<string, number>,
  more: Partial<NewRunRow> = {},
): number {
  const { arm, seed = 1, labels = null, of = study } = place
  const run = insertTestRun(test.db, `r${++runs}`, { seed, ...more })
  addStudyRun(test.db, of.key, run, { arm, labels, seed })
  for (const [name, value] of Object.entries(metrics)) recordMetric(test.db, run, name, value, 1)
  return run
}

const detail = (metric?: string, of = study) => studyDetail(test.session, of, metric)

describe('a study without results', () => {
  it('is told with nothing found', () => {
    addRun({ arm: 0 }, {}, { status: 'queued', progress: 0 })
    expect(studySummary(test.session, study)).toMatchObject({
      id: study.id,
      name: 'my study',
      kind: 'tournament',
      status: 'queued',
      createdAt: '2026-01-01T00:00:00.000Z',
      dataset: { id: 'd1', name: 'toy' },
      arms: 2,
      seeds: [1, 2],
      runs: { total: 1, finished: 0, queued: 1 },
      words: null,
    })
    expect(detail()).toMatchObject({
      spec: study.spec,
      plan: ARMS,
      labelled: 40,
      results: { metric: null, metrics: [], higherIsBetter: true, majority: null, rows: [], sentences: [] },
    })
    expect(detail().cells[0]?.value).toBeNull()
  })

  it('has none from runs that still learn, or measured nothing', () => {
    addRun({ arm: 0 }, { 'test.accuracy': 0.9 }, { status: 'running' })
    addRun({ arm: 1 }, {})
    expect(detail().results.metric).toBeNull()
  })
})

describe('a study with results', () => {
  it('does not count what still learns, nor a run that measured nothing', () => {
    addRun({ arm: 0 }, { 'test.accuracy': 0.9, 'test.loss': 3 })
    addRun({ arm: 0, seed: 2 }, {})
    addRun({ arm: 1 }, { 'test.accuracy': 0.95 }, { status: 'running' })
    const { cells, results } = detail()
    expect(results).toMatchObject({ metric: 'test.accuracy', metrics: ['test.accuracy', 'test.loss'] })
    expect(cells.map((cell) => cell.value)).toEqual([0.9, null, null])
  })

  it('has a cell for each run, with the value of the model that was kept', () => {
    const run = addRun(
      { arm: 1, seed: 2, labels: 8 },
      { 'test.accuracy': 0.5 },
      { reason: 'x', epochs: 5, epochs_done: 4 },
    )
    keepMetrics(test.db, run, { 'test.accuracy': 0.75 })
    expect(detail().cells).toEqual([
      {
        arm: 1,
        labels: 8,
        seed: 2,
        runId: `r${runs}`,
        status: 'finished',
        reason: 'x',
        progress: 1,
        epochs: 5,
        epochsDone: 4,
        seconds: 59,
        value: 0.75,
      },
    ])
  })

  it('is ranked by what all measured runs have, or by what is asked for', () => {
    addRun({ arm: 0 }, { 'test.accuracy': 0.9, 'test.loss': 3, 'train.loss': 1 })
    addRun({ arm: 1 }, { 'test.accuracy': 0.8, 'test.loss': 2 })
    addRun({ arm: 1, seed: 2 }, {}, { status: 'failed' })
    const { results } = detail()
    expect(results).toMatchObject({
      metric: 'test.accuracy',
      metrics: ['test.accuracy', 'test.loss'],
      higherIsBetter: true,
      majority: { value: 0.25, words: 'always answering “cat”' },
    })
    expect(results.rows.map((row) => [row.label, row.rank, row.epochs, row.seconds])).toEqual([
      ['Fine-tuning', 1, 10, 59],
      ['Linear probe', 2, 10, 59],
    ])
    const byLoss = detail('test.loss').results
    expect(byLoss).toMatchObject({ metric: 'test.loss', higherIsBetter: false, majority: null })
    expect(byLoss.rows.map((row) => row.label)).toEqual(['Linear probe', 'Fine-tuning'])
    expect(detail('train.loss').results.metric).toBe('test.accuracy')
    expect(detail('test.loss').cells.map((cell) => cell.value)).toEqual([3, 2, null])
  })

  it('is ranked by the metric of the study where it was measured', () => {
    const own = make({ spec: studySpec({ metric: 'test.loss' }) })
    addRun({ arm: 0, of: own }, { 'test.accuracy': 0.9, 'test.loss': 3 })
    expect(detail(undefined, own).results.metric).toBe('test.loss')
    expect(detail('test.accuracy', own).results.metric).toBe('test.accuracy')
  })

  it('says it: of each arm, and of the study, whose first sentence sums it up', () => {
    addRun({ arm: 0 }, { 'test.accuracy': 0.9 })
    addRun({ arm: 1 }, { 'test.accuracy': 0.2 })
    const { results } = detail()
    const first = 'Fine-tuning is 70.0 points ahead of linear probe with 1 seed: not a proof.'
    expect(results.sentences).toEqual([first, 'No better than always answering “cat” (25.0 %): linear probe.'])
    expect(results.rows[1]?.sentence).toBe('Linear probe is 70.0 points behind fine-tuning with 1 seed: not a proof.')
    expect(studySummary(test.session, study).words).toBe(first)
  })

  it('has no word on one answer for everything where none was asked for', () => {
    const own = make({ facts: { majority: null, labelled: 4 } })
    addRun({ arm: 0, of: own }, { 'test.accuracy': 0.1 })
    expect(detail(undefined, own).results).toMatchObject({ majority: null, rows: [{ isTrivial: false }] })
  })

  it('is about the most labels, and then about how many they are worth', () => {
    for (const [labels, tuned, probe] of [
      [null, 0.9, 0.9],
      [10, 0.6, 0.5],
    ] as const) {
      addRun({ arm: 0, labels }, { 'test.accuracy': tuned })
      addRun({ arm: 1, labels }, { 'test.accuracy': probe })
    }
    const { results } = detail()
    expect(results.rows.map((row) => [row.labels, row.label])).toEqual([
      [null, 'Fine-tuning'],
      [null, 'Linear probe'],
      [10, 'Fine-tuning'],
      [10, 'Linear probe'],
    ])
    // The curve of the probe goes from 0.5 at 10 to 0.9 at 40: 0.6 at 10 * 4 ** 0.25 = 14.1.
    expect(results.sentences).toEqual([
      'Fine-tuning is 0.0 points ahead of linear probe with 1 seed: not a proof.',
      'With 10 labels fine-tuning reaches 60.0 %; linear probe needs about 15 for that. Label 5 more, or take fine-tuning.',
    ])
    expect(results.rows[2]?.sentence).toBe('Fine-tuning is 10.0 points ahead of linear probe with 1 seed: not a proof.')
  })

  it('is about the most labels that were measured so far', () => {
    addRun({ arm: 0, labels: 10 }, { 'test.accuracy': 0.6 })
    addRun({ arm: 1, labels: 10 }, { 'test.accuracy': 0.5 })
    expect(detail().results.sentences).toEqual([
      'Fine-tuning is 10.0 points ahead of linear probe with 1 seed: not a proof.',
    ])
  })

  it('tells arms on other data apart', () => {
    addRun({ arm: 0 }, { 'test.accuracy': 0.5 })
    addRun({ arm: 0, seed: 2 }, { 'test.accuracy': 0.5 })
    const other = { dataset_id: 'd2', dataset_name: 'other', dataset_hash: 'x', dataset_version: 3 }
    addRun({ arm: 1 }, { 'test.accuracy': 0.9 }, other)
    expect(detail().results.rows[1]).toMatchObject({
      rank: null,
      notComparable: 'Other data: “other” instead of “toy”.',
    })
  })
})

describe('a study of domain adaptation', () => {
  const arms = [plannedArm('DANN', null, { strategy: 'dann' }), plannedArm('Fine-tuning')]

  it('is judged on the target, which what does not adapt need not have', () => {
    const own = make({}, arms)
    addRun({ arm: 0, of: own }, { 'target.accuracy': 0.6, 'test.accuracy': 0.7, 'test.auc': 0.5 })
    addRun({ arm: 1, of: own }, { 'test.accuracy': 0.9 })
    const { results } = detail(undefined, own)
    expect([results.metric, results.metrics]).toEqual(['target.accuracy', ['target.accuracy', 'test.accuracy']])
    expect(results.rows.map((row) => [row.label, row.rank])).toEqual([
      ['DANN', 1],
      ['Fine-tuning', null],
    ])
  })

  it('has the target once where all arms have it', () => {
    const own = make({}, arms)
    for (const arm of [0, 1]) addRun({ arm, of: own }, { 'target.accuracy': 0.6, 'test.accuracy': 0.7 })
    expect(detail(undefined, own).results.metrics).toEqual(['target.accuracy', 'test.accuracy'])
  })
})
