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

describe('a curve that grows point by point', () => {
  it('copies each point a bounded number of times, however long it gets', () => {
    const points = 60_000
    let buffer = emptyBuffer('train.loss')
    let copied = 0
    for (let step = 1; step <= points; step++) {
      const before = buffer.value
      buffer = appendPoints(buffer, [[step, step / 100, step / 10, 1 / step]])
      if (buffer.value !== before) copied += buffer.value.length
    }
    expect(buffer.value.at(-1)).toBe(1 / points)
    expect(copied).toBeLessThanOrEqual(2 * points)
  })

  it('is another buffer after each point, so that what shows it draws it anew', () => {
    const first = appendPoints(emptyBuffer('a'), [[1, 0, 0, 5]])
    const next = appendPoints(first, [[2, 0, 0, 6]])
    expect(next).not.toBe(first)
    expect([next.step, next.value]).toEqual([
      [1, 2],
      [5, 6],
    ])
  })
})
