import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import { recordMetric } from '../../../../src-main/core/store/metrics-repo.ts'
import * as runs from '../../../../src-main/core/store/runs-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

let db: Db
beforeEach(() => {
  db = memoryStore()
})

const queue = (id: string, place: number | null): number => insertTestRun(db, id, { status: 'queued', queue: place })
const idsOf = (rows: runs.RunRow[]): string[] => rows.map((row) => row.id)

describe('a run', () => {
  it('is what the contract calls a run', () => {
    const key = insertTestRun(db, 'a', {
      status: 'queued',
      queue: 2,
      started_at: null,
      finished_at: null,
      starred: 1,
      tags: '["good","old"]',
      notes: 'a note',
      colour: 3,
      epochs_done: 4,
      progress: 0.4,
    })
    recordMetric(db, key, 'test.accuracy', 0.5, 4)
    expect(runs.toRun(db, runs.findRun(db, 'a')!)).toEqual({
      id: 'a',
      name: 'run a',
      status: 'queued',
      reason: null,
      queuePosition: 2,
      createdAt: '2026-01-01T00:00:00.000Z',
      startedAt: null,
      finishedAt: null,
      dataset: { id: 'd1', name: 'toy', version: 1, hash: 'hash' },
      base: 'lenet',
      strategy: 'fine-tuning',
      seed: 1,
      epochs: 10,
      epochsDone: 4,
      progress: 0.4,
      seconds: 59,
      parameters: { total: 1000, trainable: 100, frozen: 900, fresh: 10 },
      metrics: { 'test.accuracy': { kept: 0.5, last: 0.5, best: 0.5, bestEpoch: 4 } },
      starred: true,
      tags: ['good', 'old'],
      notes: 'a note',
      colour: 3,
    })
  })

  it('has a place in the queue while it waits, and then alone', () => {
    insertTestRun(db, 'a', { status: 'running', queue: 2 })
    expect(runs.toRun(db, runs.findRun(db, 'a')!)).toMatchObject({ queuePosition: null, starred: false, tags: [] })
  })

  it('is changed in the fields that are given', () => {
    const key = insertTestRun(db, 'a', { notes: 'kept', reason: 'why' })
    insertTestRun(db, 'b')
    runs.updateRun(db, key, { name: 'new', reason: null, progress: 0 })
    expect(runs.findRun(db, 'a')).toMatchObject({ name: 'new', reason: null, progress: 0, notes: 'kept' })
    expect(runs.findRun(db, 'b')).toMatchObject({ name: 'run b' })
    const before = runs.findRun(db, 'a')
    runs.updateRun(db, key, {})
    expect(runs.findRun(db, 'a')).toEqual(before)
  })

  it('is started to train, unless it says otherwise', () => {
    insertTestRun(db, 'a')
    insertTestRun(db, 'b', { intent: 'stop' })
    expect([runs.findRun(db, 'a')?.intent, runs.findRun(db, 'b')?.intent]).toEqual([null, 'stop'])
  })

  it('is gone when it is deleted', () => {
    runs.deleteRun(db, insertTestRun(db, 'a'))
    expect(runs.findRun(db, 'a')).toBeNull()
  })
})

describe('the queue', () => {
  it('has the next run first', () => {
    queue('b', 2)
    queue('c', 2)
    queue('a', -1)
    insertTestRun(db, 'running', { status: 'running', queue: 0 })
    queue('placeless', null)
    expect(idsOf(runs.queuedRuns(db))).toEqual(['a', 'b', 'c'])
  })

  it('begins at 1 behind nothing, and at -1 before it', () => {
    expect([runs.queueEnd(db, 'front'), runs.queueEnd(db, 'back')]).toEqual([-1, 1])
  })

  it('has an end before and one behind all others', () => {
    for (const [id, place] of [
      ['a', 3],
      ['b', 5],
      ['c', 4],
    ] as const)
      queue(id, place)
    expect([runs.queueEnd(db, 'front'), runs.queueEnd(db, 'back')]).toEqual([2, 6])
  })

  it('is one of several states that runs are asked for by', () => {
    queue('a', 1)
    for (const id of ['c', 'b']) insertTestRun(db, id, { status: 'failed' })
    expect(idsOf(runs.runsByStatus(db, 'failed'))).toEqual(['c', 'b'])
    expect(runs.runsByStatus(db, 'paused')).toEqual([])
  })
})
