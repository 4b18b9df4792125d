import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cohenKappa, oneAgainstRest } from '../../../../src-main/base/statistics/cohen-kappa.ts'

interface Case {
  table: number[][]
  kappa: number
  standardError: number
  classes: { kappa: number; standardError: number }[]
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/reference/kappa.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

describe('kappa', () => {
  it.each(cases)('is that of scikit-learn, its error that of the delta method: $table', (wanted) => {
    const found = cohenKappa(wanted.table)
    expect(found?.kappa).toBeCloseTo(wanted.kappa, 12)
    expect(found?.standardError).toBeCloseTo(wanted.standardError, 6)
    for (const [index, own] of wanted.classes.entries()) {
      const one = cohenKappa(oneAgainstRest(wanted.table, index))
      expect(one?.kappa).toBeCloseTo(own.kappa, 12)
      expect(one?.standardError).toBeCloseTo(own.standardError, 6)
    }
  })

  it('has an interval of 1.96 errors to either side, within its range', () => {
    // By hand: agreement 35/50, chance (25 * 30 + 25 * 20) / 2500 = 0.5.
    const kappa = cohenKappa([[20, 5], [10, 15]])! // prettier-ignore
    expect(kappa.kappa).toBeCloseTo(0.4, 12)
    expect(kappa.high - kappa.kappa).toBeCloseTo(1.959963984540054 * kappa.standardError, 12)
    expect(cohenKappa([[30, 0], [0, 8]])).toEqual({ kappa: 1, standardError: 0, low: 1, high: 1 }) // prettier-ignore
    expect(cohenKappa([[0, 3], [2, 0]])!.low).toBeGreaterThanOrEqual(-1) // prettier-ignore
  })

  it('is not told where chance always agrees, or nothing was labelled', () => {
    expect(cohenKappa([[12]])).toBeNull()
    expect(cohenKappa([[0, 0], [0, 0]])).toBeNull() // prettier-ignore
    expect(cohenKappa([])).toBeNull()
  })
})
