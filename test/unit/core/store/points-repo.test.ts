import { beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../../src-main/core/store/database.ts'
import * as points from '../../../../src-main/core/store/points-repo.ts'
import { memoryStore } from '../../../support/memory-store.ts'
import { insertTestRun } from '../../../support/store-rows.ts'

const { CHUNK_POINTS } = points

let db: Db
let run: number
let series: number
beforeEach(() => {
  db = memoryStore()
  run = insertTestRun(db, 'a')
  series = points.seriesKey(db, run, 'train.loss')
})

const rows = (count: number, from = 0): points.PointRow[] =>
  Array.from({ length: count }, (_unused, i) => [from + i, (from + i) / 4, (from + i) / 2, 1 / (from + i + 1)])
const chunks = (): unknown =>
  db.rows('SELECT first, count, last_step FROM point_chunks WHERE series = ? ORDER BY first', series)
const counted = (): number | undefined => points.listSeries(db, run).find(({ key }) => key === series)?.points

function stored(): points.PointRow[] {
  const { step, epoch, seconds, value } = points.readPoints(db, series)
  expect([epoch.length, seconds.length, value.length]).toEqual([step.length, step.length, step.length])
  return Array.from(step, (one, i) => [one, epoch[i]!, seconds[i]!, value[i]!])
}

describe('series', () => {
  it('are made once for a run and a name', () => {
    expect(points.seriesKey(db, run, 'train.loss')).toBe(series)
    const other = points.seriesKey(db, run, 'test.loss')
    expect(points.seriesKey(db, insertTestRun(db, 'b'), 'train.loss')).not.toBe(series)
    expect(points.listSeries(db, run)).toEqual([
      { key: series, name: 'train.loss', points: 0 },
      { key: other, name: 'test.loss', points: 0 },
    ])
  })

  it('are empty at first', () => {
    expect(stored()).toEqual([])
    points.appendPoints(db, series, [])
    expect([stored(), chunks(), counted()]).toEqual([[], [], 0])
  })
})

describe('points that are appended', () => {
  it('come back with step, epoch, seconds and value', () => {
    points.appendPoints(db, series, rows(3, 5))
    expect(stored()).toEqual(rows(3, 5))
    expect(counted()).toBe(3)
  })

  it('fill the last chunk up before the next one begins', () => {
    points.appendPoints(db, series, rows(CHUNK_POINTS - 2))
    points.appendPoints(db, series, rows(1, CHUNK_POINTS - 2))
    expect(chunks()).toEqual([[0, CHUNK_POINTS - 1, CHUNK_POINTS - 2]])
    points.appendPoints(db, series, rows(CHUNK_POINTS + 2, CHUNK_POINTS - 1))
    expect(chunks()).toEqual([
      [0, CHUNK_POINTS, CHUNK_POINTS - 1],
      [CHUNK_POINTS, CHUNK_POINTS, 2 * CHUNK_POINTS - 1],
      [2 * CHUNK_POINTS, 1, 2 * CHUNK_POINTS],
    ])
    expect(stored()).toEqual(rows(2 * CHUNK_POINTS + 1))
    expect(counted()).toBe(2 * CHUNK_POINTS + 1)
  })

  it('leave a full chunk alone', () => {
    points.appendPoints(db, series, rows(CHUNK_POINTS))
    const before = db.rows('SELECT key, data FROM point_chunks')
    points.appendPoints(db, series, rows(1, CHUNK_POINTS))
    expect(db.rows('SELECT key, data FROM point_chunks ORDER BY first LIMIT 1')).toEqual(before)
    expect(stored()).toEqual(rows(CHUNK_POINTS + 1))
  })

  it('go to their series alone', () => {
    const other = points.seriesKey(db, run, 'test.loss')
    points.appendPoints(db, other, rows(4))
    points.appendPoints(db, series, rows(2))
    expect(stored()).toEqual(rows(2))
    expect(points.readPoints(db, other).step.length).toBe(4)
  })
})

describe('points that are dropped', () => {
  it('are those of the step and all later ones', () => {
    points.appendPoints(db, series, rows(10))
    points.dropSeriesFrom(db, series, 4)
    expect([stored(), counted()]).toEqual([rows(4), 4])
    expect(chunks()).toEqual([[0, 4, 3]])
  })

  it('can be of several chunks, and nothing of a chunk', () => {
    points.appendPoints(db, series, rows(3 * CHUNK_POINTS))
    points.dropSeriesFrom(db, series, CHUNK_POINTS)
    expect(chunks()).toEqual([[0, CHUNK_POINTS, CHUNK_POINTS - 1]])
    expect([stored(), counted()]).toEqual([rows(CHUNK_POINTS), CHUNK_POINTS])
  })

  it('are none beyond the last step', () => {
    points.appendPoints(db, series, rows(3))
    points.dropSeriesFrom(db, series, 3)
    expect([stored(), counted()]).toEqual([rows(3), 3])
    points.dropSeriesFrom(db, series, 2)
    expect([stored(), counted()]).toEqual([rows(2), 2])
  })

  it('are of all series of a run, and of no other run', () => {
    const other = points.seriesKey(db, run, 'test.loss')
    const elsewhere = points.seriesKey(db, insertTestRun(db, 'b'), 'train.loss')
    for (const key of [series, other, elsewhere]) points.appendPoints(db, key, rows(5))
    points.dropPointsFrom(db, run, 2)
    expect([series, other, elsewhere].map((key) => points.readPoints(db, key).step.length)).toEqual([2, 2, 5])
  })
})
