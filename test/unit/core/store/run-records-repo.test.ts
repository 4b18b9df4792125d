import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import * as records from '../../../../src-main/core/store/run-records-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

const AT = '2026-01-01T00:00:00.000Z'
const epoch = (number: number, more: Partial<records.EpochRow> = {}): records.EpochRow => ({
  epoch: number,
  seconds: 2.5,
  metrics: { 'train.loss': 1 / number },
  samplesPerSecond: 120,
  waitShare: 0.1,
  engine: 'compiled',
  ...more,
})
const checkpoint = (step: number): records.CheckpointRow => ({
  step,
  epoch: 1,
  path: `runs/a/checkpoints/${step}`,
  at: AT,
})

let db: Db
let run: number
let other: number
beforeEach(() => {
  db = memoryStore()
  run = insertTestRun(db, 'a')
  other = insertTestRun(db, 'b')
})

describe('the log of a run', () => {
  it('is numbered from 1, run by run, and read from a line on', () => {
    const line = (text: string) => ({ at: AT, level: 'info' as const, text })
    for (const text of ['one', 'two', 'three']) records.appendLog(db, run, line(text))
    records.appendLog(db, other, { ...line('elsewhere'), level: 'warn' })
    expect(records.readLog(db, run, 0).map((one) => [one.seq, one.text])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ])
    expect(records.readLog(db, run, 2)).toEqual([{ seq: 3, ...line('three') }])
    expect(records.readLog(db, other, 0)).toEqual([{ seq: 1, at: AT, level: 'warn', text: 'elsewhere' }])
  })
})

describe('the epochs of a run', () => {
  it('come back in order, the newest of each', () => {
    const unknown = epoch(1, { samplesPerSecond: null, waitShare: null, engine: null })
    for (const row of [epoch(2), epoch(1), unknown]) records.putEpoch(db, run, row)
    expect(records.listEpochs(db, run)).toEqual([unknown, epoch(2)])
    expect(records.listEpochs(db, other)).toEqual([])
  })

  it('are dropped after the one that is gone on from', () => {
    for (const number of [1, 2, 3]) {
      records.putEpoch(db, run, epoch(number))
      records.putEpoch(db, other, epoch(number))
    }
    records.dropEpochsAfter(db, run, 1)
    expect(records.listEpochs(db, run)).toEqual([epoch(1)])
    expect(records.listEpochs(db, other).length).toBe(3)
  })
})

describe('the checkpoints of a run', () => {
  it('are found by the last step', () => {
    expect(records.newestCheckpoint(db, run)).toBeNull()
    for (const step of [100, 300, 200]) records.putCheckpoint(db, run, checkpoint(step))
    records.putCheckpoint(db, other, checkpoint(900))
    expect(records.newestCheckpoint(db, run)).toEqual(checkpoint(300))
  })

  it('are dropped from a step on, that one included', () => {
    for (const step of [100, 200, 300]) records.putCheckpoint(db, run, checkpoint(step))
    records.dropCheckpointsFrom(db, run, 200)
    expect(records.newestCheckpoint(db, run)).toEqual(checkpoint(100))
  })
})
