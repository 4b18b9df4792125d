import { expect, it } from 'vitest'
import { chooseRange } from '../../../../../src-main/learning/engine/frozen/choose-range.ts'

/** `smallest` and `largest` are of all numbers, samples a part of them. */
function seen(samples: readonly number[], [smallest, largest] = [Math.min(...samples), Math.max(...samples)]) {
  const sorted = Float32Array.from(samples).sort()
  const ends = (beyond: number): [number, number] => [sorted[beyond]!, sorted.at(-1 - beyond)!]
  return { smallest: smallest!, largest: largest!, samples: samples.length, ends }
}

/** Evenly from -1 to 1: its 99.99th percentile is 0.998. */
const EVEN = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000)

it('holds all that was seen, also where it is rare', () => {
  expect(chooseRange('x', seen(EVEN, [-1.9, 1.5]))).toEqual({ name: 'x', low: -1.9, high: 1.5, smallest: -1.9, largest: 1.5 }) // prettier-ignore
})

it('ends at twice the 99.99th percentile, at each end by itself', () => {
  const { low, high, largest } = chooseRange('x', seen(EVEN, [-1.5, 1e4]))
  expect([low, largest]).toEqual([-1.5, 1e4])
  // The last of 2001 numbers is beyond the percentile: 0.999 is the one before it.
  expect(high).toBeCloseTo(2 * 0.999, 5)
  expect(chooseRange('x', seen(EVEN, [-1e4, 1.5]))).toMatchObject({ low: expect.closeTo(-2 * 0.999, 5) as number, high: 1.5 }) // prettier-ignore
})

it('the huge numbers may be among the samples', () => {
  expect(chooseRange('x', seen([...EVEN, 1e4])).high).toBeCloseTo(2, 5)
})

it('of few numbers holds all: a percentile says nothing', () => {
  expect(chooseRange('x', seen([-3, 0, 1, 500]))).toMatchObject({ low: -3, high: 500 })
})

it('of what is nearly always 0 holds all', () => {
  const rare = seen([...EVEN.map(() => 0), 3], [-2, 4])
  expect(chooseRange('x', rare)).toMatchObject({ low: -2, high: 4 })
})

it('has 0 in it', () => {
  expect(chooseRange('x', seen([2, 3, 4]))).toMatchObject({ low: 0, high: 4 })
  expect(chooseRange('x', seen([-4, -3]))).toMatchObject({ low: -4, high: 0 })
  expect(chooseRange('x', seen(EVEN.map((value) => value + 5)))).toMatchObject({ low: 0, high: 6 })
  expect(chooseRange('x', seen(EVEN.map(() => 0)))).toMatchObject({ low: 0, high: 0 })
})
