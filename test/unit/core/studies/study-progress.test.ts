import { describe, expect, it } from 'vitest'
import type { RunStatus } from '../../../../src-main/contract/runs.ts'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import type { StudyRow, StudyRunRow } from '../../../../src-main/core/store/studies-repo.ts'
import { isMeasured, studyProgress } from '../../../../src-main/core/studies/study-progress.ts'
import { plannedArm, studySpec } from '../../../support/study-rows.ts'

const row = (more: Partial<StudyRow> = {}, budget: StudySpecInput['budget'] = { kind: 'epochs', epochs: 3 }) =>
  ({ cancelledAt: null, spec: studySpec({ budget }), arms: [plannedArm('a')], ...more }) as StudyRow
const run = (status: RunStatus, more: Partial<StudyRunRow> = {}) =>
  ({ arm: 0, labels: null, status, progress: 0, seconds: 0, ...more }) as StudyRunRow
const CANCELLED = row({ cancelledAt: '2026-01-01' })

describe('a run counts', () => {
  it('when it has finished', () => {
    expect(isMeasured(row(), run('finished'))).toBe(true)
    for (const status of ['running', 'failed', 'paused', 'interrupted', 'queued'] as const)
      expect(isMeasured(row({}, { kind: 'seconds', seconds: 5 }), run(status, { seconds: 9 }))).toBe(false)
  })

  it('when it was stopped with its time used up, not before and not by hand', () => {
    const timed = row({}, { kind: 'seconds', seconds: 5 })
    expect([4.9, 5, 5.1].map((seconds) => isMeasured(timed, run('stopped', { seconds })))).toEqual([false, true, true])
    expect(isMeasured(row(), run('stopped', { seconds: 99 }))).toBe(false)
  })
})

describe('the state of a study', () => {
  const status = (study: StudyRow, ...states: RunStatus[]) =>
    studyProgress(
      study,
      states.map((state) => run(state)),
    ).status

  it('is running while one of its runs is, also when it was cancelled', () => {
    expect(status(row(), 'running', 'queued', 'finished')).toBe('running')
    expect(status(CANCELLED, 'running')).toBe('running')
  })

  it('is cancelled once nothing waits any more', () => {
    expect(status(CANCELLED, 'stopped', 'finished')).toBe('cancelled')
    expect(status(CANCELLED, 'queued', 'stopped')).toBe('queued')
  })

  it('is finished when nothing is left', () => {
    expect(status(row(), 'finished', 'failed', 'stopped')).toBe('finished')
    expect(status(row())).toBe('finished')
  })

  it('is queued or paused by what is left', () => {
    expect(status(row(), 'finished', 'queued', 'paused')).toBe('queued')
    expect(status(row(), 'finished', 'paused')).toBe('paused')
    expect(status(row(), 'interrupted')).toBe('paused')
  })
})

describe('how far a study is', () => {
  it('is counted by the states of its runs', () => {
    const states = [
      'finished',
      'finished',
      'failed',
      'running',
      'queued',
      'queued',
      'queued',
      'stopped',
      'paused',
    ] as const
    expect(
      studyProgress(
        row(),
        states.map((state) => run(state)),
      ).runs,
    ).toEqual({ total: 9, finished: 2, failed: 1, running: 1, queued: 3 })
  })

  it('is the mean of its runs, of which those that ended are done', () => {
    const runs = [
      run('failed', { progress: 0.1 }),
      run('stopped', { progress: 0.2 }),
      run('running', { progress: 0.5 }),
      run('queued'),
    ]
    expect(studyProgress(row(), runs).progress).toBe(2.5 / 4)
    expect(studyProgress(row(), []).progress).toBe(1)
  })
})

describe('the time that is left', () => {
  const left = (study: StudyRow, ...runs: StudyRunRow[]) => studyProgress(study, runs).secondsLeft
  const planned = row({ arms: [plannedArm('a', null, { seconds: 100 }), plannedArm('b')] })

  it('is none when all have ended', () => {
    expect(left(planned, run('finished', { seconds: 5 }), run('failed', { seconds: 1 }))).toBe(0)
  })

  it('is that of the plan, as far as a run has not gone', () => {
    expect(left(planned, run('running', { progress: 0.25, seconds: 30 }), run('queued'))).toBe(175)
  })

  it('is what the same arm at the same number of labels took, where that is known', () => {
    const done = [run('finished', { seconds: 10 }), run('stopped', { seconds: 20 }), run('failed', { seconds: 0 })]
    const elsewhere = [run('finished', { seconds: 500, labels: 4 }), run('finished', { seconds: 500, arm: 1 })]
    expect(left(planned, ...done, ...elsewhere, run('queued'), run('paused', { progress: 0.5 }))).toBe(22.5)
  })

  it('is unknown where one run knows neither', () => {
    expect(left(planned, run('queued'), run('queued', { arm: 1 }))).toBeNull()
    expect(left(planned, run('queued', { arm: 7 }))).toBeNull()
  })
})
