import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { SecondMoments } from '../../src-main/learning/engine/frozen/second-moments.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { addProducts } from '../support/add-products.ts'

const { frozen } = loadFrozen()

const numbers = (length: number) => {
  const random = seededRandom(length, 'windows')
  return Float32Array.from({ length }, () => random() * 4 - 1)
}
const sumsOf = (inputs: number, sets: number) => new Float32Array(((inputs * (inputs + 1)) / 2 + inputs) * sets)
const apart = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!) / (1 + Math.abs(b[i]!))), 0) // prettier-ignore

describe.skipIf(frozen === undefined)('sums of products by the native module', () => {
  // Panels and rows that are whole and that are not; sets in vectors and behind them, beyond one part.
  const shapes = [[1, 1, 3], [7, 1, 5], [8, 1, 1], [12, 1, 9], [45, 1, 20], [1, 5, 4], [9, 35, 6], [25, 16, 3], [2, 3, 1]] as const // prettier-ignore
  it.each(shapes)('of %i inputs in %i sets over %i windows are those of plain arithmetic', (inputs, sets, count) => {
    const [windows, more] = [numbers(count * inputs * sets), numbers(2 * inputs * sets)]
    const [received, expected] = [sumsOf(inputs, sets), sumsOf(inputs, sets)]
    for (const each of [windows, more]) {
      frozen!.addProducts(each, inputs, sets, received, 1)
      addProducts(each, inputs, sets, expected, 1)
    }
    expect(apart(received, expected)).toBeLessThan(1e-5)
  })

  it.each([[200, 1, 40], [25, 200, 8]])('of %i inputs in %i sets are the same on any number of threads', (inputs, sets, count) => {
    const windows = numbers(count * inputs * sets)
    const [one, many] = [sumsOf(inputs, sets), sumsOf(inputs, sets)]
    frozen!.addProducts(windows, inputs, sets, one, 1)
    frozen!.addProducts(windows, inputs, sets, many, 5)
    expect(many).toEqual(one)
    expect(one.some((value) => value !== 0)).toBe(true)
  }) // prettier-ignore

  it('of no windows are what they were', () => {
    const sums = sumsOf(3, 2).fill(7)
    frozen!.addProducts(new Float32Array(), 3, 2, sums, 2)
    expect(sums).toEqual(sumsOf(3, 2).fill(7))
  })

  it.each<[string, Parameters<typeof addProducts>, string]>([
    ['half a window', [numbers(7), 2, 2, sumsOf(2, 2), 1], 'half a window'],
    ['sums of another size', [numbers(8), 2, 2, sumsOf(2, 1), 1], 'sums of another size'],
    ['no inputs', [numbers(8), 0, 2, sumsOf(2, 2), 1], 'out of range'],
    ['no sets', [numbers(8), 2, 0, sumsOf(2, 2), 1], 'out of range'],
    ['no threads', [numbers(8), 2, 2, sumsOf(2, 2), 0], 'out of range'],
    ['other numbers', [new Uint8Array(8) as never, 2, 2, sumsOf(2, 2), 1], 'no Float32Array'],
  ])('%s is refused', (_what, given, words) => expect(() => frozen!.addProducts(...given)).toThrow(words))
})

it('covariances are those by hand: of all inputs, and of a depthwise kernel for each channel', () => {
  const from = { height: 4, width: 4, channels: 2 }
  const base = { name: 'kernel', size: [1, 2], dilations: [1, 1], groups: 1 }
  const native = frozen ?? { addProducts }
  // (windows, taps, channels): two windows of two taps and two channels.
  const windows = Float32Array.of(1, 2, 3, 4, 5, 2, 9, 8)
  const all = new SecondMoments(native, { ...base, kind: 'convolution' } as never, from, 1)
  all.add(windows)
  // Half the differences are 2, 0, 3 and 2.
  expect([...all.covariance(0)]).toEqual([4, 0, 6, 4, 0, 0, 0, 0, 6, 0, 9, 6, 4, 0, 6, 4])
  const each = new SecondMoments(native, { ...base, kind: 'depthwise' } as never, from, 1)
  each.add(windows.subarray(0, 4))
  each.add(windows.subarray(4))
  expect([...each.covariance(0)]).toEqual([4, 6, 6, 9])
  expect([...each.covariance(1)]).toEqual([0, 0, 0, 4])
})
