import { describe, expect, it } from 'vitest'
import { type RankOptions, rankArms } from '../../../../src-main/core/studies/rank-arms.ts'
import { measuredCell, measuredCells, plannedArm } from '../../../support/study-rows.ts'

const PLAIN = [plannedArm('A'), plannedArm('B'), plannedArm('C')]
const rank = (options: Partial<RankOptions>) =>
  rankArms({ arms: PLAIN, cells: [], higherIsBetter: true, majority: null, ...options })

describe('a row of the ranking', () => {
  it('sums up the runs of an arm that were measured', () => {
    const arms = [plannedArm('A', 'linear-probe', { parameters: { total: 250, trainable: 7 } })]
    const cells = [
      measuredCell(0, 2, 0.6, { seconds: 30, epochs: 4 }),
      measuredCell(0, 1, 0.4, { seconds: 10, epochs: 2 }),
      measuredCell(0, 3, null, { seconds: 900, epochs: 90 }),
    ]
    const [row] = rank({ arms, cells })
    expect(row).toMatchObject({
      arm: 0,
      labels: null,
      label: 'A',
      baseline: 'linear-probe',
      rank: 1,
      notComparable: null,
      values: [
        { seed: 1, value: 0.4 },
        { seed: 2, value: 0.6 },
      ],
      mean: 0.5,
      seconds: 20,
      epochs: 3,
      parameters: { total: 250, trainable: 7 },
      sizeBytes: 1000,
      againstLeader: null,
      againstBaselines: [],
      hurts: false,
      isTrivial: false,
      sentence: null,
    })
    // The standard deviation of two values is their difference over the root of 2; t(0.975, 1) = 12.7062.
    expect(row?.sd).toBeCloseTo(0.2 / Math.SQRT2, 12)
    expect(row?.half).toBeCloseTo(12.7062 * 0.1, 4)
  })

  it('has no spread with one seed', () => {
    expect(rank({ cells: measuredCells([[0.4]]) })[0]).toMatchObject({ mean: 0.4, sd: null, half: null })
  })

  it('has nothing before a run was measured, and no rank', () => {
    const [measured, waiting] = rank({ cells: [measuredCell(0, 1, null), measuredCell(1, 1, 0.1)] })
    expect([measured?.label, waiting?.label]).toEqual(['B', 'A'])
    expect(waiting).toMatchObject({
      rank: null,
      values: [],
      mean: null,
      sd: null,
      half: null,
      seconds: null,
      epochs: null,
    })
    expect(rank({ cells: [measuredCell(0, 1, null)] })).toHaveLength(1)
    expect(rank({ cells: [] })).toEqual([])
  })
})

describe('the ranking', () => {
  const ranked = (options: Partial<RankOptions>) => rank(options).map((row) => [row.label, row.rank])

  it('has the largest mean first, or the least', () => {
    const cells = measuredCells([[0.2], [0.9], [0.5]])
    expect(ranked({ cells })).toEqual([
      ['B', 1],
      ['C', 2],
      ['A', 3],
    ])
    expect(ranked({ cells, higherIsBetter: false })).toEqual([
      ['A', 1],
      ['C', 2],
      ['B', 3],
    ])
  })

  it('keeps the order of the arms where means are equal', () => {
    const cells = measuredCells([[0.5], [0.5], [0.5]]).reverse()
    for (const higherIsBetter of [true, false])
      expect(ranked({ cells, higherIsBetter }).map(([label]) => label)).toEqual(['A', 'B', 'C'])
  })

  it('has no row for an arm without runs', () => {
    expect(ranked({ cells: [measuredCell(2, 1, 0.1)] })).toEqual([['C', 1]])
  })

  it('is made anew for every number of labels, the most first', () => {
    const cells = [
      ...measuredCells([[0.1], [0.2]], 4),
      ...measuredCells([[0.8], [0.7]], null),
      ...measuredCells([[0.3], [0.4]], 40),
    ]
    expect(rank({ cells }).map((row) => [row.labels, row.label, row.rank])).toEqual([
      [null, 'A', 1],
      [null, 'B', 2],
      [40, 'B', 1],
      [40, 'A', 2],
      [4, 'B', 1],
      [4, 'A', 2],
    ])
  })

  it('leaves out arms on other data, and says why', () => {
    const other = { id: 'e', name: 'other', version: 1, hash: 'x' }
    const cells = [...measuredCells([[0.2], [0.1]]), measuredCell(2, 1, 0.9, { dataset: other })]
    const rows = rank({ cells })
    expect(rows.map((row) => [row.label, row.rank])).toEqual([
      ['A', 1],
      ['B', 2],
      ['C', null],
    ])
    expect(rows[2]).toMatchObject({
      notComparable: 'Other data: “other” instead of “photos”.',
      mean: 0.9,
      againstLeader: null,
      againstBaselines: [],
      hurts: false,
      isTrivial: false,
    })
  })

  it('goes by the seeds that all arms have', () => {
    // Over seed 1 alone A is behind, over all of its seeds ahead.
    const cells = [measuredCell(0, 1, 0.5), measuredCell(0, 2, 0.9), measuredCell(1, 1, 0.6)]
    expect(ranked({ cells })).toEqual([
      ['B', 1],
      ['A', 2],
    ])
  })

  it('goes by all seeds where no seed is common', () => {
    const cells = [measuredCell(0, 1, 0.5), measuredCell(0, 2, 0.8), measuredCell(1, 3, 0.6)]
    const [leader, next] = rank({ cells })
    expect([leader?.label, next?.label, next?.againstLeader]).toEqual(['A', 'B', null])
  })
})

describe('a comparison', () => {
  it('with the leader is of pairs with the same seed, and negative', () => {
    // Differences: -0.1 and -0.3; mean -0.2, standard deviation 0.1414, half width 12.7062 * 0.1.
    const cells = [
      ...measuredCells([
        [0.8, 0.9],
        [0.7, 0.6],
      ]),
      measuredCell(0, 5, 0.5),
    ]
    const [leader, next] = rank({ cells })
    expect(leader?.againstLeader).toBeNull()
    expect(next?.againstLeader).toMatchObject({ arm: 0, seeds: 2, pRank: 0.5, verdict: 'unclear' })
    expect(next?.againstLeader?.difference).toBeCloseTo(-0.2, 12)
    expect(next?.againstLeader?.half).toBeCloseTo(1.27062, 4)
    // t = -0.2 / 0.1 with one degree of freedom: p = 1 - 2 atan(2) / pi.
    expect(next?.againstLeader?.p).toBeCloseTo(1 - (2 * Math.atan(2)) / Math.PI, 10)
  })

  it('is turned where less is better', () => {
    const [, next] = rank({ cells: measuredCells([[1], [3]]), higherIsBetter: false })
    expect(next?.againstLeader).toMatchObject({ arm: 0, difference: -2 })
  })

  it('of one seed has no test', () => {
    const [, next] = rank({ cells: measuredCells([[0.8], [0.5]]) })
    expect(next?.againstLeader).toMatchObject({
      seeds: 1,
      half: null,
      p: null,
      pHolm: null,
      pRank: null,
      verdict: 'unclear',
    })
  })

  it('is corrected over those that have a test alone', () => {
    const cells = [
      ...measuredCells([
        [0.8, 0.81, 0.82],
        [0.7, 0.72, 0.71],
      ]),
      measuredCell(2, 1, 0.1),
    ]
    const [, second, third] = rank({ cells })
    expect(third?.againstLeader).toMatchObject({ seeds: 1, p: null, pHolm: null })
    expect(second?.againstLeader?.pHolm).toBe(second?.againstLeader?.p)
  })

  it('is proven below 5 % after the correction over all of them', () => {
    // Equal differences in every pair: p is 0, or 1 where they are 0.
    const cells = measuredCells([
      [0.8, 0.9, 0.7],
      [0.7, 0.8, 0.6],
      [0.8, 0.9, 0.7],
    ])
    const [, same, worse] = rank({ cells })
    expect(same?.againstLeader).toMatchObject({ arm: 0, difference: 0, p: 1, verdict: 'unclear' })
    expect(worse?.againstLeader).toMatchObject({ arm: 0, p: 0, pHolm: 0, verdict: 'worse' })
  })

  it('with a baseline is of every other arm, better or worse', () => {
    const arms = [plannedArm('A'), plannedArm('Probe', 'linear-probe'), plannedArm('C')]
    const cells = measuredCells([
      [0.8, 0.9, 0.7],
      [0.7, 0.8, 0.6],
      [0.5, 0.6, 0.4],
    ])
    const [a, probe, c] = rank({ arms, cells })
    expect(a?.againstBaselines).toMatchObject([{ arm: 1, seeds: 3, verdict: 'better' }])
    expect(a?.againstBaselines[0]?.difference).toBeCloseTo(0.1, 12)
    expect(probe?.againstBaselines).toEqual([])
    expect(c?.againstBaselines).toMatchObject([{ arm: 1, verdict: 'worse' }])
  })
})

describe('transfer', () => {
  const hurts = (arms: RankOptions['arms'], ...values: number[][]) =>
    Object.fromEntries(rank({ arms, cells: measuredCells(values) }).map((row) => [row.label, row.hurts]))
  const arms = [plannedArm('A'), plannedArm('Scratch', 'from-scratch')]

  it('hurts where it is worse than fresh weights in every pair', () => {
    expect(hurts(arms, [0.4, 0.5, 0.6], [0.5, 0.6, 0.7])).toEqual({ A: true, Scratch: false })
  })

  it('does not hurt where it is better, as good, or within chance', () => {
    expect(hurts(arms, [0.6, 0.7, 0.8], [0.5, 0.6, 0.7])).toEqual({ A: false, Scratch: false })
    expect(hurts(arms, [0.5, 0.6, 0.7], [0.5, 0.6, 0.7])).toEqual({ A: false, Scratch: false })
    expect(hurts(arms, [0.2, 0.9, 0.4], [0.5, 0.6, 0.7])).toEqual({ A: false, Scratch: false })
  })

  it('is not judged by one seed, or by another baseline', () => {
    expect(hurts(arms, [0.1], [0.9])).toEqual({ A: false, Scratch: false })
    const probe = [plannedArm('A'), plannedArm('Probe', 'linear-probe')]
    expect(hurts(probe, [0.4, 0.5, 0.6], [0.5, 0.6, 0.7])).toEqual({ A: false, Probe: false })
  })

  it('is not what fresh weights do', () => {
    const both = [plannedArm('One', 'from-scratch'), plannedArm('Two', 'from-scratch')]
    expect(hurts(both, [0.4, 0.5, 0.6], [0.5, 0.6, 0.7])).toEqual({ One: false, Two: false })
  })
})

describe('an arm is trivial', () => {
  const trivial = (value: number, majority: number | null, higherIsBetter = true) =>
    rank({ cells: measuredCells([[value]]), majority, higherIsBetter })[0]?.isTrivial

  it('when one answer for everything is as good', () => {
    expect([trivial(0.4, 0.5), trivial(0.5, 0.5), trivial(0.6, 0.5)]).toEqual([true, true, false])
    expect([trivial(1.2, 1, false), trivial(1, 1, false), trivial(0.8, 1, false)]).toEqual([true, true, false])
    expect(trivial(-0.5, null)).toBe(false)
  })
})
