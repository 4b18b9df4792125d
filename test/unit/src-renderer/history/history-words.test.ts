import { describe, expect, it } from 'vitest'
import { spanWords, versionWords } from '../../../../src-renderer/features/history/history-words.ts'

/** Local times: what is shown is the clock of who looks. */
const at = (day: number, hours: number, minutes: number): string => new Date(2026, 2, day, hours, minutes).toISOString()
const now = new Date(2026, 2, 4, 18, 0)

describe('a span of time', () => {
  it('is told once a day, with its end', () => {
    expect(spanWords(at(4, 12, 1), at(4, 12, 9), now)).toBe('today 12:01–12:09')
    expect(spanWords(at(3, 12, 1), at(3, 12, 9), now)).toBe('3 Mar 12:01–12:09')
  })
  it('names both days over midnight', () => {
    expect(spanWords(at(3, 23, 55), at(4, 0, 10), now)).toBe('3 Mar 23:55 – today 00:10')
  })
  it('of less than a minute is a moment, also of one that has just passed', () => {
    expect(spanWords(at(4, 17, 59), at(4, 17, 59), now)).toBe('today 17:59')
    const lastYear = new Date(2025, 10, 30, 9, 5).toISOString()
    expect(spanWords(lastYear, lastYear, now)).toBe('30 Nov 2025 09:05')
  })
})

describe('versions of an entry', () => {
  it('are a range, or one', () => {
    expect(versionWords({ first: 14, last: 61 })).toBe('14–61')
    expect(versionWords({ first: 1200, last: 1200 })).toBe('1,200')
  })
})
