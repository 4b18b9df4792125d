import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  appendPoints,
  dropPointsFrom,
  type PointRow,
  readPoints,
  seriesKey,
} from '../../src-main/core/store/points-repo.ts'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { insertTestRun } from '../support/store-rows.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-points-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

/** Epochs and seconds are stored as float32. */
const half = (value: number): number => Math.round(value * 2) / 2
const rowsOf = (count: number, from = 0): PointRow[] =>
  Array.from({ length: count }, (_unused, i) => [from + i, half((from + i) / 10), half(from + i), Math.sin(from + i)])

function stored(series: number): PointRow[] {
  const points = readPoints(store.db, series)
  return Array.from(points.step, (step, i) => [step, points.epoch[i]!, points.seconds[i]!, points.value[i]!])
}

describe('points', () => {
  it('come back as they went in, whatever the batches', () => {
    const run = insertTestRun(store.db, 'a')
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1300 }), { maxLength: 6 }),
        fc.string({ minLength: 1 }),
        (sizes, name) => {
          const series = seriesKey(store.db, run, `${name} ${Math.random()}`)
          const expected: PointRow[] = []
          for (const size of sizes) {
            const rows = rowsOf(size, expected.length)
            appendPoints(store.db, series, rows)
            expected.push(...rows)
          }
          expect(stored(series)).toEqual(expected)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('go back to before a step and go on from there', () => {
    const run = insertTestRun(store.db, 'a')
    const series = seriesKey(store.db, run, 'train.loss')
    appendPoints(store.db, series, rowsOf(1500))
    for (const step of [1400, 1024, 513, 512, 511, 3]) {
      dropPointsFrom(store.db, run, step)
      expect(stored(series)).toEqual(rowsOf(step))
    }
    appendPoints(store.db, series, rowsOf(600, 3))
    expect(stored(series)).toEqual(rowsOf(603))
    dropPointsFrom(store.db, run, 0)
    expect(stored(series)).toEqual([])
  })

  it('of one series leave the others alone', () => {
    const [a, b] = [insertTestRun(store.db, 'a'), insertTestRun(store.db, 'b')]
    const [first, second] = [seriesKey(store.db, a, 'x'), seriesKey(store.db, b, 'x')]
    expect(first).not.toBe(second)
    appendPoints(store.db, first, rowsOf(10))
    appendPoints(store.db, second, rowsOf(20))
    dropPointsFrom(store.db, a, 5)
    expect([stored(first).length, stored(second).length]).toEqual([5, 20])
  })
})
