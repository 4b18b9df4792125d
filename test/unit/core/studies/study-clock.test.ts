import { beforeEach, describe, expect, it } from 'vitest'
import { insertStudy, addStudyRun } from '../../../../src-main/core/store/studies-repo.ts'
import { deleteRun, updateRun } from '../../../../src-main/core/store/runs-repo.ts'
import { watchStudyClock } from '../../../../src-main/core/studies/study-clock.ts'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { insertTestRun } from '../../../support/store-rows.ts'
import { studySpec } from '../../../support/study-rows.ts'
import { studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

let test: StudyWorkspace
let run: number
let stopWatching: () => void
beforeEach(() => {
  test = studyWorkspace()
  run = start('run', { kind: 'seconds', seconds: 10 })
  stopWatching = watchStudyClock(test.app)
})

function start(id: string, budget: StudySpecInput['budget']): number {
  const study = insertStudy(test.db, {
    id: `study of ${id}`,
    name: 's',
    kind: 'tournament',
    createdAt: '',
    dataset: { id: 'd', name: 'toy' },
    spec: studySpec({ budget }),
    arms: [],
    facts: { majority: null, labelled: 0 },
  })
  const key = insertTestRun(test.db, id, { status: 'running', seconds: 0 })
  addStudyRun(test.db, study, key, { arm: 0, labels: null, seed: 1 })
  return key
}

function trained(seconds: number, runId = 'run', key = run): void {
  updateRun(test.db, key, { seconds })
  test.app.events.emit('runs.progressed', { runId } as never)
}

describe('the clock of a study', () => {
  it('stops a run once its time is up, and tells it once', () => {
    trained(9.9)
    expect(test.controls).toEqual([])
    trained(10)
    expect(test.controls).toEqual([['run', 'stop']])
    trained(11)
    expect(test.controls).toHaveLength(1)
  })

  it('measures a run anew that is resumed', () => {
    trained(10)
    test.app.events.emit('runs.changed', { runId: 'run', run: null })
    trained(11)
    expect(test.controls).toHaveLength(1)
    updateRun(test.db, run, { status: 'stopped' })
    test.app.events.emit('runs.changed', { runId: 'run', run: null })
    updateRun(test.db, run, { status: 'running' })
    trained(12)
    expect(test.controls).toHaveLength(2)
  })

  it('does not stop a run again that tells its last step late', () => {
    trained(10)
    updateRun(test.db, run, { status: 'stopped' })
    trained(11)
    trained(12)
    expect(test.controls).toHaveLength(1)
  })

  it('forgets a run that is removed', () => {
    trained(10)
    deleteRun(test.db, run)
    test.app.events.emit('runs.changed', { runId: 'run', run: null })
    test.app.events.emit('runs.progressed', { runId: 'run' } as never)
    expect(test.controls).toHaveLength(1)
  })

  it('leaves runs alone that have epochs, or no study', () => {
    trained(99, 'other', start('other', { kind: 'epochs', epochs: 1 }))
    trained(99, 'alone', insertTestRun(test.db, 'alone', { status: 'running' }))
    expect(test.controls).toEqual([])
  })

  it('hears of progress alone, and of nothing without a workspace', () => {
    updateRun(test.db, run, { seconds: 99 })
    test.app.events.emit('runs.changed', { runId: 'run', run: null })
    test.app.events.emit('runs.exhibited', { runId: 'run' } as never)
    test.app.events.emit('models.changed', {})
    expect(test.controls).toEqual([])
    test.app.session = null
    trained(99)
    expect(test.controls).toEqual([])
  })

  it('ends when it is taken off', () => {
    stopWatching()
    trained(99)
    expect(test.controls).toEqual([])
  })
})
