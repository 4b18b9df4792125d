import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Handlers } from '../../../../src-main/contract/define.ts'
import type { RunStatus } from '../../../../src-main/contract/runs.ts'
import type { studies, StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { recordMetric } from '../../../../src-main/core/store/metrics-repo.ts'
import { findRun } from '../../../../src-main/core/store/runs-repo.ts'
import { addStudyRun, findStudy, insertStudy } from '../../../../src-main/core/store/studies-repo.ts'
import { studiesService } from '../../../../src-main/core/studies/studies-service.ts'
import { insertTestRun } from '../../../support/store-rows.ts'
import { plannedArm, studySpec } from '../../../support/study-rows.ts'
import { studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

const CONTEXT = { signal: new AbortController().signal, origin: 'test' } as never

let test: StudyWorkspace
let service: Handlers<typeof studies>
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  test = studyWorkspace()
  service = studiesService(test.app)
})
afterEach(() => {
  vi.useRealTimers()
})

/** A study with a run of each state, whose ids are those states. */
function addStudy(
  id: string,
  states: RunStatus[],
  budget: StudySpecInput['budget'] = { kind: 'epochs', epochs: 3 },
): void {
  const key = insertStudy(test.db, {
    id,
    name: id,
    kind: 'tournament',
    createdAt: '',
    dataset: { id: 'd', name: 'toy' },
    spec: studySpec({ budget }),
    arms: [plannedArm('A')],
    facts: { majority: null, labelled: 4 },
  })
  for (const [seed, status] of states.entries()) {
    const run = insertTestRun(test.db, status, { status, seconds: 20, queue: status === 'queued' ? 1 : null })
    addStudyRun(test.db, key, run, { arm: 0, labels: null, seed })
    recordMetric(test.db, run, 'test.accuracy', 0.5, 1)
    recordMetric(test.db, run, 'test.loss', 2, 1)
  }
}
const statusOf = (id: string) => findRun(test.db, id)?.status
const told = () => test.events.filter(({ name }) => name === 'studies.changed').map(({ payload }) => payload)
const changed = (runId: string, run: unknown = {}) => test.app.events.emit('runs.changed', { runId, run } as never)

describe('studies', () => {
  it('are listed, the newest first, and looked at by one measure or another', () => {
    addStudy('s1', ['finished'])
    addStudy('s2', [])
    expect((service.list({}, CONTEXT) as { id: string }[]).map((study) => study.id)).toEqual(['s2', 's1'])
    expect(service.get({ studyId: 's1' }, CONTEXT)).toMatchObject({ id: 's1', results: { metric: 'test.accuracy' } })
    expect(service.get({ studyId: 's1', metric: 'test.loss' }, CONTEXT)).toMatchObject({
      results: { metric: 'test.loss' },
    })
  })

  it('that are unknown are told so', () => {
    expect(() => service.get({ studyId: 'nowhere' }, CONTEXT)).toThrow(
      expect.objectContaining({
        code: 'E_NOT_FOUND',
        message: 'Expected the id of a study of the workspace. Received: nowhere.',
        fix: 'Choose one of the studies of the workspace.',
      }),
    )
  })

  it('are planned without being recorded, and started', async () => {
    const study = studySpec({ seeds: [1] })
    const plan = await service.plan({ study }, CONTEXT)
    expect(plan).toMatchObject({ runs: 1 })
    expect(service.list({}, CONTEXT)).toEqual([])
    const { studyId } = await service.start({ study }, CONTEXT)
    expect(told()).toMatchObject([{ studyId, study: { id: studyId, status: 'queued', runs: { total: 1 } } }])
  })

  it('are renamed', async () => {
    addStudy('s1', [])
    expect(await service.rename({ studyId: 's1', name: 'new' }, CONTEXT)).toMatchObject({ name: 'new' })
    expect(told()).toMatchObject([{ studyId: 's1', study: { name: 'new' } }])
  })
})

describe('a study that is cancelled', () => {
  it('stops what runs or waits, and nothing else', async () => {
    addStudy('s1', ['finished', 'queued', 'failed', 'paused'])
    expect(await service.cancel({ studyId: 's1' }, CONTEXT)).toMatchObject({ status: 'cancelled' })
    expect(findStudy(test.db, 's1')?.cancelledAt).toBe('2026-01-02T00:00:00.000Z')
    expect(['finished', 'queued', 'failed', 'paused'].map(statusOf)).toEqual([
      'finished',
      'stopped',
      'failed',
      'paused',
    ])
    expect(test.wakes()).toBe(1)
    expect(told()).toMatchObject([{ study: { status: 'cancelled' } }])
  })

  it('asks the run that trains to stop', async () => {
    addStudy('s1', ['running'])
    test.session.scheduler.control = (runId, action) => test.controls.push([runId, action]) > 0
    await service.cancel({ studyId: 's1' }, CONTEXT)
    expect(test.controls).toEqual([['running', 'stop']])
    expect(findRun(test.db, 'running')?.intent).toBe('stop')
  })
})

describe('a study that is resumed', () => {
  it('queues again what has not had its budget, in order, before everything else', async () => {
    addStudy('s1', ['finished', 'paused', 'failed', 'interrupted', 'stopped', 'queued'])
    await service.cancel({ studyId: 's1' }, CONTEXT)
    expect(await service.resume({ studyId: 's1' }, CONTEXT)).toMatchObject({ status: 'queued' })
    expect(findStudy(test.db, 's1')?.cancelledAt).toBeNull()
    const again = ['paused', 'failed', 'interrupted', 'stopped', 'queued']
    expect(again.map(statusOf)).toEqual(again.map(() => 'queued'))
    const places = again.map((id) => findRun(test.db, id)!.queue!)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect([statusOf('finished'), findRun(test.db, 'finished')?.queue]).toEqual(['finished', null])
  })

  it('leaves a run alone whose time was used up', async () => {
    addStudy('s1', ['stopped', 'running'], { kind: 'seconds', seconds: 20 })
    await service.resume({ studyId: 's1' }, CONTEXT)
    expect([statusOf('stopped'), statusOf('running')]).toEqual(['stopped', 'running'])
    addStudy('s2', ['failed'], { kind: 'seconds', seconds: 20 })
    await service.resume({ studyId: 's2' }, CONTEXT)
    expect(statusOf('failed')).toBe('queued')
  })
})

describe('a study that is removed', () => {
  it('leaves its runs', async () => {
    addStudy('s1', ['finished', 'queued'])
    expect(await service.remove({ studyId: 's1', withRuns: false }, CONTEXT)).toEqual({})
    expect(findStudy(test.db, 's1')).toBeNull()
    expect([statusOf('finished'), statusOf('queued'), findRun(test.db, 'queued')?.queue]).toEqual([
      'finished',
      'queued',
      1,
    ])
    expect(told()).toEqual([{ studyId: 's1', study: null }])
  })

  it('takes them along where that is asked for, none of which starts meanwhile', async () => {
    addStudy('s1', ['running', 'queued', 'paused'])
    const queued: unknown[] = []
    test.session.scheduler.control = (runId, action) => {
      queued.push([runId, action, findRun(test.db, 'queued')?.queue])
      return true
    }
    await service.remove({ studyId: 's1', withRuns: true }, CONTEXT)
    expect(queued[0]).toEqual(['running', 'cancel', null])
    expect(['running', 'queued', 'paused'].map(statusOf)).toEqual([undefined, undefined, undefined])
    expect(findStudy(test.db, 's1')).toBeNull()
  })

  it('needs no runs to take along', async () => {
    addStudy('s1', [])
    await service.remove({ studyId: 's1', withRuns: true }, CONTEXT)
    expect(findStudy(test.db, 's1')).toBeNull()
    expect(test.events.map(({ name }) => name)).toEqual(['studies.changed'])
  })
})

describe('a study', () => {
  it('changes with its runs, and is told once for many of them', () => {
    addStudy('s1', ['finished', 'queued'])
    addStudy('s2', ['failed'])
    changed('queued')
    changed('finished')
    expect(told()).toEqual([])
    vi.advanceTimersByTime(99)
    expect(told()).toEqual([])
    vi.advanceTimersByTime(1)
    expect(told()).toMatchObject([{ studyId: 's1', study: { runs: { total: 2 } } }])
    changed('failed')
    vi.advanceTimersByTime(100)
    expect(told()).toHaveLength(2)
    vi.advanceTimersByTime(1000)
    expect(told()).toHaveLength(2)
  })

  it('is not told for a run of none, or for other news', () => {
    addStudy('s1', ['finished'])
    insertTestRun(test.db, 'alone')
    changed('alone')
    test.app.events.emit('models.changed', {})
    test.app.events.emit('runs.progressed', { runId: 'finished', run: {} } as never)
    vi.advanceTimersByTime(1000)
    expect(told()).toEqual([])
  })

  it('is told with all others when a run is removed', () => {
    addStudy('s1', [])
    addStudy('s2', [])
    changed('gone', null)
    vi.advanceTimersByTime(100)
    expect(told()).toMatchObject([{ studyId: 's2' }, { studyId: 's1' }])
  })

  it('is not told when it is gone by then, or the workspace is closed', async () => {
    addStudy('s1', ['finished'])
    changed('finished')
    await service.remove({ studyId: 's1', withRuns: false }, CONTEXT)
    test.events.length = 0
    vi.advanceTimersByTime(100)
    expect(told()).toEqual([])
    addStudy('s2', ['queued'])
    changed('queued')
    test.app.session = null
    vi.advanceTimersByTime(100)
    changed('queued')
    vi.advanceTimersByTime(100)
    expect(told()).toEqual([])
  })

  it('with a time for its runs watches their clock', () => {
    addStudy('s1', ['running'], { kind: 'seconds', seconds: 20 })
    test.app.events.emit('runs.progressed', { runId: 'running' } as never)
    expect(test.controls).toEqual([['running', 'stop']])
  })
})
