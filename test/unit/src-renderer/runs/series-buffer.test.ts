import { describe, expect, it } from 'vitest'
import { appendPoints, emptyBuffer } from '../../../../src-renderer/stores/series-buffer.ts'

describe('appendPoints', () => {
  it('adds only what a snapshot does not hold yet', () => {
    const first = appendPoints(emptyBuffer('train.loss'), [
      [1, 0.1, 1, 9],
      [2, 0.2, 2, 8],
    ])
    const next = appendPoints(first, [
      [2, 0.2, 2, 8],
      [3, 0.3, 3, 7],
    ])
    expect(next).toEqual({
      metric: 'train.loss',
      step: [1, 2, 3],
      epoch: [0.1, 0.2, 0.3],
      time: [1, 2, 3],
      value: [9, 8, 7],
    })
    expect(appendPoints(next, [[3, 0.3, 3, 7]])).toBe(next)
  })

  it('halves a curve that has grown past any screen, keeping its last point', () => {
    const rows = Array.from({ length: 20_001 }, (_, index) => [index, 0, 0, index] as const)
    const buffer = appendPoints(emptyBuffer('a'), rows)
    expect(buffer.step.length).toBe(10_001)
    expect(buffer.value.at(-1)).toBe(20_000)
  })
})
