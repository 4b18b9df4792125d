import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ahpShares, ratioMatrix } from '../../../../../src-main/learning/strategies/task-transfer/affinity/ahp.ts'
import { bootstrapIntervals } from '../../../../../src-main/learning/strategies/task-transfer/affinity/bootstrap.ts'
import { chooseSources } from '../../../../../src-main/learning/strategies/task-transfer/affinity/choose-sources.ts'
import {
  isAllTie,
  winRate,
  winRates,
} from '../../../../../src-main/learning/strategies/task-transfer/affinity/win-rates.ts'

const reference = JSON.parse(
  readFileSync(new URL('../../../../fixtures/reference/ahp.json', import.meta.url), 'utf8'),
) as { [K in 'ratio_matrix']: number[][] } & { affinity: number[] } & Record<string, number[][]>

describe('win rates', () => {
  test('smaller losses win, ties count one half, the diagonal is one half', () => {
    const losses = [
      [1, 1, 1, 1],
      [2, 1, 0, 3],
      [1, 1, 1, 1],
    ]
    expect(winRates(losses)).toEqual([
      [0.5, 2.5 / 4, 0.5],
      [1.5 / 4, 0.5, 1.5 / 4],
      [0.5, 2.5 / 4, 0.5],
    ])
  })

  test('of some items, with repetitions', () => {
    expect(winRate([1, 2], [2, 1], [0, 0, 0, 1])).toBe(0.75)
  })

  test('all ties are noticed', () => {
    expect(
      isAllTie(
        winRates([
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
      ),
    ).toBe(true)
    expect(
      isAllTie(
        winRates([
          [1, 2],
          [1, 3],
        ]),
      ),
    ).toBe(false)
  })
})

describe('AHP', () => {
  test('gives the reference shares', () => {
    const wins = reference[Object.keys(reference).find((key) => key.startsWith('win_fraction'))!]!
    for (const [i, row] of ratioMatrix(wins).entries()) {
      for (const [j, ratio] of row.entries()) expect(ratio).toBeCloseTo(reference.ratio_matrix[i]![j]!, 12)
    }
    for (const [i, share] of ahpShares(wins).entries()) expect(share).toBeCloseTo(reference.affinity[i]!, 10)
  })

  test('equals for all ties, sums to 1, and survives a competitor that never wins', () => {
    expect(
      ahpShares([
        [0.5, 0.5],
        [0.5, 0.5],
      ]),
    ).toEqual([0.5, 0.5])
    const shares = ahpShares([
      [0.5, 1, 1],
      [0, 0.5, 1],
      [0, 0, 0.5],
    ])
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12)
    expect(shares[0]!).toBeGreaterThan(shares[1]!)
    expect(shares[2]!).toBeGreaterThan(0)
  })
})

describe('choice of sources', () => {
  // rows: targets
  const affinity = [
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
    [0.1, 0.2, 0.7],
  ]

  test('one source: the one with the largest column sum; as many as targets: each its best', () => {
    expect(chooseSources(affinity, 1)).toEqual({
      sources: [2],
      assigned: [2, 2, 2],
      value: expect.closeTo(1.1, 12) as number,
    })
    expect(chooseSources(affinity, 3).assigned).toEqual([0, 1, 2])
  })

  test('two sources', () => {
    expect(chooseSources(affinity, 2)).toEqual({
      sources: [0, 2],
      assigned: [0, 2, 2],
      value: expect.closeTo(1.6, 12) as number,
    })
  })

  test('importance moves the choice', () => {
    expect(chooseSources(affinity, 1, [1, 5, 1]).sources).toEqual([1])
  })

  test('what is not needed is not trained', () => {
    expect(
      chooseSources(
        [
          [0.9, 0.1],
          [0.8, 0.2],
        ],
        2,
      ).sources,
    ).toEqual([0])
  })

  test('no budget is refused', () => {
    expect(() => chooseSources(affinity, 0)).toThrow('budget of 1 or more')
  })
})

test('bootstrap: the interval of a share has the width of the normal approximation, and the seed repeats it', () => {
  const values = Array.from({ length: 400 }, (_, i) => (i < 300 ? 1 : 0))
  const mean = (items: readonly number[]) => [items.reduce((sum, i) => sum + values[i]!, 0) / items.length]
  const [interval] = bootstrapIntervals(400, mean, { seed: 3 })
  const half = 1.96 * Math.sqrt((0.75 * 0.25) / 400)
  expect(Math.abs(interval!.low - (0.75 - half))).toBeLessThan(0.012)
  expect(Math.abs(interval!.high - (0.75 + half))).toBeLessThan(0.012)
  expect(interval!.high - interval!.low).toBeGreaterThan(half)
  expect(bootstrapIntervals(400, mean, { seed: 3 })).toEqual([interval])
})
