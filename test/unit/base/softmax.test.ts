import { describe, expect, it } from 'vitest'
import { softmax, softmaxRow } from '../../../src-main/base/softmax.ts'

const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12) as number)

describe('softmax', () => {
  it('of 0 and ln 3 is a quarter and three quarters', () => {
    expect([...softmax([0, Math.log(3)])]).toEqual(near([0.25, 0.75]))
    expect([...softmax([])]).toEqual([])
  })

  it('does not overflow, and is the same for logits that differ by a constant', () => {
    expect([...softmax([1000, 1000 + Math.log(3)])]).toEqual(near([0.25, 0.75]))
    expect([...softmax([-1000, -1000])]).toEqual([0.5, 0.5])
  })

  it('at a temperature divides the logits by it', () => {
    const out = new Float64Array(2)
    softmaxRow([0, Math.log(9)], 0, out, 2)
    expect([...out]).toEqual(near([0.25, 0.75]))
    softmaxRow([2000, 2000 + Math.log(9)], 0, out, 2)
    expect([...out]).toEqual(near([0.25, 0.75]))
  })

  it('takes one row of several, from its offset', () => {
    const out = new Float64Array(2)
    softmaxRow([9, -4, Math.log(4), 0, 7], 2, out)
    expect([...out]).toEqual(near([0.8, 0.2]))
  })
})
