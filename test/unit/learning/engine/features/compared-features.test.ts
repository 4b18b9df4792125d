import { expect, test } from 'vitest'
import { calibrationRows } from '../../../../../src-main/learning/engine/frozen/calibrate.ts'
import { comparedRows } from '../../../../../src-main/learning/engine/features/compared-rows.ts'
import { cosine, featureCosines } from '../../../../../src-main/learning/engine/features/feature-cosines.ts'
import { measuredRows } from '../../../../../src-main/learning/engine/precision/measured-rows.ts'
import type { Samples } from '../../../../../src-main/learning/engine/data/training-data.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
/** Rows in order: so many for training, then so many for validation. `same`: validation rows that show what a training row shows. */
function dataOf(train: number, validation: number, same: readonly number[] = []) {
  const rows = { train: range(0, train), validation: range(train, train + validation), test: [] }
  const hashes = range(0, train + validation).map((row) => (same.includes(row) ? `h${row - train}` : `h${row}`))
  return { rows, hashes }
}

test('a cosine, by hand', () => {
  expect(cosine([3, 4], [4, 3])).toBeCloseTo(24 / 25, 12)
  expect(cosine([1, 2], [-2, -4])).toBeCloseTo(-1, 12)
  expect([cosine([0, 0], [0, 0]), cosine([0, 0], [1, 0])]).toEqual([1, 0])
  expect(cosine([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])).toBeLessThanOrEqual(1)
})

test('cosines of rows in batches: the mean and the smallest', async () => {
  const samples = (of: (row: number) => number[]) =>
    ({ load: (rows: readonly number[]) => Float32Array.from(rows.flatMap(of)) }) as unknown as Samples
  const exact = samples((row) => [row + 1, 0])
  const here = samples((row) => (row === 99 ? [0, 5] : [2, 0]))
  expect(await featureCosines(exact, here, range(0, 100))).toEqual({ mean: 0.99, smallest: 0 })
})

test('what is compared is for validation, and nothing that calibration saw', () => {
  const data = dataOf(600, 100, [600, 601])
  const calibrated = calibrationRows(data.hashes, data.rows.train)
  expect(calibrated).toHaveLength(512)
  const seen = [600, 601].filter((row) => calibrated.includes(row - 600))
  const { split, rows } = comparedRows(data, calibrated, 1000)!
  expect([split, [...rows].sort((a, b) => a - b)]).toEqual([
    'validation',
    data.rows.validation.filter((row) => !seen.includes(row)),
  ])
  // Those of a run are among those of a measurement, whose features are then there.
  expect(comparedRows(data, calibrated, 10)?.rows).toEqual(rows.slice(0, 10))
})

test('without validation items half of the training items that calibration does not see are held out; where there is none, nothing is', () => {
  const data = dataOf(612, 0)
  const calibrated = calibrationRows(data.hashes, data.rows.train)
  const { split, rows } = comparedRows(data, calibrated, 1000)!
  expect([split, rows.length]).toEqual(['train', 50])
  expect(rows.filter((row) => calibrated.includes(row))).toEqual([])
  const measured = measuredRows(data, 1280)
  expect(measured.compared?.rows).toEqual(rows)
  expect([measured.train.length, measured.train.filter((row) => rows.includes(row))]).toEqual([562, []])
  expect(comparedRows(dataOf(400, 0), range(0, 400), 1000)).toBeNull()
})

test('a measurement looks at 2,000 training rows with calibration’s first, at fewer where features are large', () => {
  const data = dataOf(3000, 1500)
  const calibrated = calibrationRows(data.hashes, data.rows.train)
  const measured = measuredRows(data, 1280)
  expect([measured.train.length, measured.compared?.rows.length]).toEqual([2000, 1000])
  expect(measured.train.slice(0, 512)).toEqual(calibrated)
  // 56 x 56 x 128 numbers a row.
  const large = measuredRows(data, 401_408)
  expect([large.train.length, large.compared?.rows.length]).toEqual([512, 112])
})
