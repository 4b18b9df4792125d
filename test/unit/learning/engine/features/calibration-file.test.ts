import { existsSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evictCacheEntries, listCacheEntries } from '../../../../../src-main/base/cache-entries.ts'
import { readCalibration, writeCalibration } from '../../../../../src-main/learning/engine/features/calibration-file.ts'

const FOUND = {
  calibration: { method: 'm', images: 2, ranges: [{ name: 'x', low: -1, high: 2, smallest: -3, largest: 4 }] },
  means: new Map([['x', Float32Array.of(0.1, -7)]]),
  rounded: new Map([['x', Int8Array.of(-127, 0, 127)]]),
}

const folderOf = (cache: string) => join(cache, 'calibrations', 'key')
const emptyCache = () => mkdtempSync(join(tmpdir(), 'graft-calibration-'))

test('what was calibrated is read as it was written, and nothing else is left', () => {
  const folder = folderOf(emptyCache())
  expect(readCalibration(folder)).toBeNull()
  expect(existsSync(folder)).toBe(false)
  writeCalibration(folder, 'a net', FOUND)
  expect(readCalibration(folder)).toEqual(FOUND)
  expect(readdirSync(folder).sort()).toEqual(['about.json', 'calibration.json'])
})

test('half a file is none: it is calibrated anew', () => {
  const folder = folderOf(emptyCache())
  const file = join(folder, 'calibration.json')
  writeCalibration(folder, 'a net', FOUND)
  writeFileSync(file, readFileSync(file).subarray(0, 50))
  expect(readCalibration(folder)).toBeNull()
  writeFileSync(file, '{"calibration": {}}')
  expect(readCalibration(folder)).toBeNull()
})

test('it is part of the cache: listed by its title, the least recently used goes first when there is too much', () => {
  const cache = emptyCache()
  const [older, newer] = ['older', 'newer'].map((key) => join(cache, 'calibrations', key)) as [string, string]
  for (const [folder, title] of [[older, 'a net'], [newer, 'another']] as const) writeCalibration(folder, title, FOUND) // prettier-ignore
  const past = new Date(Date.now() - 3_600_000)
  utimesSync(join(older, 'about.json'), new Date(past.getTime() - 1000), new Date(past.getTime() - 1000))
  utimesSync(join(newer, 'about.json'), past, past)
  expect(listCacheEntries(cache).map(({ id, title }) => [id, title])).toEqual([['calibrations/older', 'a net'], ['calibrations/newer', 'another']]) // prettier-ignore
  const each = listCacheEntries(cache)[0]!.bytes
  // Reading is a use.
  readCalibration(older)
  expect(evictCacheEntries(cache, each + 10).map(({ id }) => id)).toEqual(['calibrations/newer'])
  expect(readCalibration(newer)).toBeNull()
  expect(readCalibration(older)).toEqual(FOUND)
})
