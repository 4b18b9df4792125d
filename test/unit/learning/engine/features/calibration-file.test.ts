import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCalibration, writeCalibration } from '../../../../../src-main/learning/engine/features/calibration-file.ts'

const FOUND = {
  calibration: { method: 'm', images: 2, ranges: [{ name: 'x', low: -1, high: 2, smallest: -3, largest: 4 }] },
  means: new Map([['x', Float32Array.of(0.1, -7)]]),
  rounded: new Map([['x', Int8Array.of(-127, 0, 127)]]),
}

test('what was calibrated is read as it was written, and nothing else is left', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'graft-calibration-')), 'calibrations')
  const file = join(folder, 'key.json')
  expect(readCalibration(file)).toBeNull()
  writeCalibration(file, FOUND)
  expect(readCalibration(file)).toEqual(FOUND)
  expect(readdirSync(folder)).toEqual(['key.json'])
})

test('half a file is none: it is calibrated anew', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'graft-calibration-')), 'key.json')
  writeCalibration(file, FOUND)
  writeFileSync(file, readFileSync(file).subarray(0, 50))
  expect(readCalibration(file)).toBeNull()
  writeFileSync(file, '{"calibration": {}}')
  expect(readCalibration(file)).toBeNull()
})
