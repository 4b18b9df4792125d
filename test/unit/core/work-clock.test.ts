import { describe, expect, it } from 'vitest'
import { createWorkClock } from '../../../src-main/core/runs/training/work-clock.ts'

describe('work between steps', () => {
  it('says how long it takes as soon as there is a basis: not from its first, compiling batch', () => {
    let now = 60_000
    const clock = createWorkClock(() => now)
    const tell = (done: number, message = 'Computing features') =>
      clock({ type: 'progress', done, total: 240, message }).secondsLeft
    expect(tell(40)).toBeNull()
    now += 2000
    expect(tell(80)).toBe(8)
    now += 2000
    expect(tell(240)).toBe(0)
    // At another layer, and other work: each has a beginning of its own.
    now += 9000
    expect(tell(40)).toBeNull()
    expect(tell(80, 'Growing the tree')).toBeNull()
    now += 1000
    expect(tell(160, 'Growing the tree')).toBe(1)
  })

  it('of unknown length tells its amount', () => {
    const work = createWorkClock(() => 0)({ type: 'progress', done: 3, total: null, message: 'Reading' })
    expect(work).toEqual({ message: 'Reading', done: 3, total: null, secondsLeft: null })
  })
})
