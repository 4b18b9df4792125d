import { expect, test } from 'vitest'
import { tableInputs } from '../../../src-main/trainer/table-inputs.ts'

function inputsOf(values: readonly number[], { mean, std }: { mean: number; std: number }): Float32Array {
  const columns = [{ name: 'x', type: 'numeric' as const, mean, std }]
  const write = tableInputs({ kind: 'table', columns }, () => (row) => values[row]!)
  const out = new Float32Array(values.length)
  values.forEach((_, row) => write(row, out, row))
  return out
}

test('milliseconds since 1970 keep their differences', () => {
  const inputs = inputsOf([1.7e12 - 1000, 1.7e12, 1.7e12 + 500], { mean: 1.7e12, std: 1000 })
  expect([...inputs]).toEqual([-1, 0, 0.5])
})

test('one cell of absurd size leaves its column finite', () => {
  // Mean and standard deviation of 9 zeros and 1e30.
  expect([...inputsOf([0, 1e30], { mean: 1e29, std: 3e29 })]).toEqual([expect.closeTo(-1 / 3, 6), 3])
})

test('what would be infinite names its column and row', () => {
  expect(() => inputsOf([1, 3e38], { mean: 0, std: 1e-3 })).toThrow(
    expect.objectContaining({ code: 'E_DATASET_UNUSABLE', message: expect.stringMatching(/ x, .*3e\+38 in row 2/) }),
  )
})
