import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowerBound, thin, upperBound } from '../../../../src-main/contract/thinning.ts'
import { nearestIndex } from '../../../../src-renderer/ui/charts/nearest-index.ts'

describe('thin', () => {
  const x = Array.from({ length: 10_000 }, (_, index) => index)

  it('keeps short curves whole', () => {
    expect(thin([1, 2, 3], [3, 2, 1], 10)).toEqual([0, 1, 2])
  })

  it('keeps single spikes, up and down', () => {
    const y = x.map(() => 0)
    y[4321] = 9
    y[7777] = -9
    const kept = thin(x, y, 400)
    expect(kept).toContain(4321)
    expect(kept).toContain(7777)
    expect(kept.length).toBeLessThanOrEqual(420)
  })

  it('keeps both ends and a neighbour beyond each side of a zoomed range', () => {
    const y = x.map(Math.sin)
    const kept = thin(x, y, 100, { from: 2000, to: 2010 })
    expect(kept).toEqual([1999, ...Array.from({ length: 11 }, (_, index) => 2000 + index), 2011])
    expect(thin(x, y, 100)[0]).toBe(0)
    expect(thin(x, y, 100).at(-1)).toBe(9999)
  })

  it('gives rising indices, keeps the extremes and the size for any curve', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 500 }), (y) => {
        const at = y.map((_, index) => index * 0.5)
        const kept = thin(at, y, 40)
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
        expect(kept.length).toBeLessThanOrEqual(44)
        const values = kept.map((index) => y[index] ?? NaN)
        expect(Math.max(...values)).toBe(Math.max(...y))
        expect(Math.min(...values)).toBe(Math.min(...y))
      }),
    )
  })

  it('answers nothing for an empty curve', () => {
    expect(thin([], [], 10)).toEqual([])
  })
})

describe('searching a rising list', () => {
  it('finds bounds and the nearest point', () => {
    const list = [1, 2, 2, 5]
    expect([lowerBound(list, 2), upperBound(list, 2), lowerBound(list, 9)]).toEqual([1, 3, 4])
    expect([nearestIndex(list, 3), nearestIndex(list, 4), nearestIndex(list, -1), nearestIndex([], 1)]).toEqual([
      2, 3, 0, -1,
    ])
  })
})
