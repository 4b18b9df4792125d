import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatTime,
  plural,
} from '../../../../src-renderer/ui/format.ts'

/** No-break spaces keep a number and its unit on one line; the tests read better with plain ones. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f\u2009]/g, ' ')

describe('numbers as people read them', () => {
  it.each([
    [4_652_008, '4.65 M'],
    [12_345, '12.3 k'],
    [999, '999'],
    [999_950, '1 M'],
    [999_499, '999 k'],
    [0, '0'],
  ])('counts %d as %s', (value, text) => expect(plain(formatCount(value))).toBe(text))

  it.each([
    [999_999_999.3037539, '999999999.3'],
    [1.7e12 + 250, '1700000000250'],
    [-2024.375, '−2024.38'],
    [0.123456, '0.1235'],
    [3e20, formatNumber(3e20)],
  ])('shows %d of the user’s own as %s', (value, text) => expect(formatQuantity(value)).toBe(text))

  it.each([
    [0.93412, '93.4 %'],
    [1, '100.0 %'],
    [null, '–'],
  ])('shares %s as %s', (value, text) => expect(plain(formatPercent(value))).toBe(text))

  it.each([
    [0.04, '40 ms'],
    [1.25, '1.3 s'],
    [9.97, '10 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [3600 * 76, '3 d 4 h'],
  ])('durations %d as %s', (value, text) => expect(plain(formatDuration(value))).toBe(text))

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 KB'],
    [999_700, '1 MB'],
    [265_000_000, '265 MB'],
  ])('sizes %d as %s', (value, text) => expect(plain(formatBytes(value))).toBe(text))

  it.each([
    [0.001, '0.001'],
    [123.456, '123.5'],
    [-0.5, '−0.5'],
    [0, '0'],
    [1.5e-7, '1.5e-7'],
    [12_345_678, '1.23e7'],
    [Number.NaN, 'not a number'],
    [null, '–'],
  ])('numbers %s as %s', (value, text) => expect(formatNumber(value)).toBe(text))

  it('says one and many', () => {
    expect([plural(1, 'image'), plural(1200, 'image'), plural(2, 'class', 'classes')]).toEqual([
      '1 image',
      '1,200 images',
      '2 classes',
    ])
  })
})

describe('formatTime', () => {
  const now = new Date(2026, 2, 3, 14, 2)
  const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString()
  it.each([
    [ago(5), 'just now'],
    [ago(300), '5 min ago'],
    [ago(3 * 3600), 'today 11:02'],
    [new Date(2026, 0, 9, 8, 5).toISOString(), '9 Jan 08:05'],
    [new Date(2024, 11, 31).toISOString(), '31 Dec 2024'],
    ['nonsense', '–'],
  ])('%s', (iso, text) => expect(plain(formatTime(iso, now))).toBe(text))
})
