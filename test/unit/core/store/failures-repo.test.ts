import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import {
  deleteJobFailure,
  dismissRuns,
  forgetDismissal,
  type JobFailure,
  listFailedRuns,
  listJobFailures,
  putJobFailure,
} from '../../../../src-main/core/store/failures-repo.ts'
import { appendLog } from '../../../../src-main/core/store/run-records-repo.ts'
import type { NewRunRow } from '../../../../src-main/core/store/runs-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

const jobFailure = (jobId: string, title = 'Import'): JobFailure => ({
  jobId,
  kind: 'import',
  title,
  at: '2026-01-01T00:00:00.000Z',
  state: 'failed',
  error: { code: 'E_SOURCE_EMPTY', message: 'Nothing there.', fix: null },
  runId: null,
})
const at = (hour: number): string => `2026-01-01T0${hour}:00:00.000Z`

let db: Db
beforeEach(() => {
  db = memoryStore()
})

const fail = (id: string, hour: number, more: Partial<NewRunRow> = {}): number =>
  insertTestRun(db, id, { status: 'failed', reason: 'diverged', finished_at: at(hour), ...more })
const idsOf = (limit = 100): string[] => listFailedRuns(db, limit).runs.map((run) => run.id)

describe('failed jobs', () => {
  it('are kept until they are dismissed, the newest word of each', () => {
    putJobFailure(db, jobFailure('a'))
    putJobFailure(db, jobFailure('b'))
    putJobFailure(db, jobFailure('a', 'Import again'))
    db.run("INSERT INTO meta (key, value) VALUES ('something', 'else')")
    const byId = (one: JobFailure, other: JobFailure): number => (one.jobId < other.jobId ? -1 : 1)
    expect(listJobFailures(db).sort(byId)).toEqual([jobFailure('a', 'Import again'), jobFailure('b')])
    deleteJobFailure(db, 'a')
    expect(listJobFailures(db)).toEqual([jobFailure('b')])
  })
})

describe('failed runs', () => {
  it('are those that failed or were interrupted, the newest first', () => {
    fail('a', 1)
    fail('b', 3, { status: 'interrupted', reason: 'Graft ended' })
    fail('c', 2)
    for (const status of ['finished', 'stopped', 'running', 'queued', 'paused'] as const) fail(status, 4, { status })
    expect(listFailedRuns(db, 100)).toEqual({
      total: 3,
      runs: [
        { id: 'b', name: 'run b', status: 'interrupted', reason: 'Graft ended', at: at(3) },
        { id: 'c', name: 'run c', status: 'failed', reason: 'diverged', at: at(2) },
        { id: 'a', name: 'run a', status: 'failed', reason: 'diverged', at: at(1) },
      ],
    })
  })

  it('without an end are placed by their log, then their start, then when they were made', () => {
    const interrupted = { status: 'interrupted', finished_at: null } as const
    const logged = fail('logged', 0, { ...interrupted, started_at: at(1) })
    for (const hour of [4, 5, 3]) appendLog(db, logged, { at: at(hour), level: 'info', text: '' })
    fail('started', 0, { ...interrupted, started_at: at(2) })
    fail('made', 0, { ...interrupted, started_at: null, created_at: at(0) })
    expect(listFailedRuns(db, 9).runs.map((run) => [run.id, run.at])).toEqual([
      ['logged', at(5)],
      ['started', at(2)],
      ['made', at(0)],
    ])
  })

  it('are counted beyond those that are listed', () => {
    for (const hour of [1, 2, 3]) fail(`r${hour}`, hour)
    expect([listFailedRuns(db, 2).total, idsOf(2)]).toEqual([3, ['r3', 'r2']])
    expect([listFailedRuns(db, 3).total, idsOf(3).length]).toEqual([3, 3])
    expect(listFailedRuns(db, 4).total).toBe(3)
  })

  it('are dismissed by id, or all, and once more told when they are not', () => {
    for (const hour of [1, 2, 3]) fail(`r${hour}`, hour)
    insertTestRun(db, 'well')
    dismissRuns(db, ['r2', 'well', 'nowhere'])
    dismissRuns(db, ['r2'])
    expect(idsOf()).toEqual(['r3', 'r1'])
    dismissRuns(db, null)
    expect(listFailedRuns(db, 9)).toEqual({ total: 0, runs: [] })
    forgetDismissal(db, 'r1')
    expect(idsOf()).toEqual(['r1'])
    // A run that went well is not dismissed in advance.
    db.run("UPDATE runs SET status = 'failed' WHERE id = 'well'")
    expect(idsOf()).toEqual(['r1', 'well'])
  })

  it('are not counted when they are dismissed', () => {
    for (const hour of [1, 2, 3]) fail(`r${hour}`, hour)
    dismissRuns(db, ['r3'])
    expect([listFailedRuns(db, 1).total, idsOf(1)]).toEqual([2, ['r2']])
  })
})
