import { describe, expect, test } from 'vitest'
import {
  areProbabilities,
  argmaxAt,
  permuteDarkKnowledge,
  softTargets,
} from '../../../../src-main/learning/losses/soft-targets.ts'

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6) as number)

describe('soft targets', () => {
  test('a softmax per row at the given temperature', () => {
    // exp(ln 9 / 2) = 3 and exp(ln 16 / 2) = 4 against 1.
    const logits = Float32Array.of(Math.log(9), 0, 0, Math.log(16), 0, 0)
    expect([...softTargets([logits], 3, 2)]).toEqual(close([3 / 5, 1 / 5, 1 / 5, 4 / 6, 1 / 6, 1 / 6]))
  })

  test('several teachers: the mean of their probabilities, row by row', () => {
    const [a, b] = [Float32Array.of(Math.log(3), 0, 0, 0), Float32Array.of(0, 0, 0, Math.log(7))]
    const mean = softTargets([a, b], 2, 1)
    expect([...mean]).toEqual(
      close([(3 / 4 + 1 / 2) / 2, (1 / 4 + 1 / 2) / 2, (1 / 2 + 1 / 8) / 2, (1 / 2 + 7 / 8) / 2]),
    )
  })

  test('logits that exp cannot take stay finite', () => {
    expect([...softTargets([Float32Array.of(1000, 1000, -1000)], 3, 1)]).toEqual([0.5, 0.5, 0])
    expect([...softTargets([Float32Array.of(-2000, -2000)], 2, 1)]).toEqual([0.5, 0.5])
  })
})

test('the place of the largest value of a row, the first of equals', () => {
  const values = [9, 1, 5, 3, 2, 2, 0, 8]
  expect(argmaxAt(values, 1, 3)).toBe(1)
  expect(argmaxAt(values, 0, 3)).toBe(0)
  expect(argmaxAt(values, 4, 3)).toBe(0)
  // The 8 is the last of its row; the row after a row of two does not reach into it.
  expect(argmaxAt(values, 5, 3)).toBe(2)
  expect(argmaxAt(values, 5, 2)).toBe(0)
})

describe('permuted dark knowledge', () => {
  test('the most probable class keeps its place, the others change theirs within the row', () => {
    const rows = Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? [0.1, 0.6, 0.2, 0.1] : [0.3, 0.25, 0.05, 0.4]))
    const permuted = permuteDarkKnowledge(Float32Array.from(rows.flat()), 4, 7)
    expect(permuted).toHaveLength(160)
    const got = rows.map((_, row) => [...permuted.subarray(row * 4, row * 4 + 4)])
    got.forEach((row, i) => {
      const top = i % 2 === 0 ? 1 : 3
      expect(row[top]).toBeCloseTo(rows[i]![top]!, 6)
      expect(row.toSorted()).toEqual([...Float32Array.from(rows[i]!)].toSorted())
    })
    // Each row has a permutation of its own: three others have six, and no draw of twenty leaves out most of them.
    const orders = new Set(got.filter((_, i) => i % 2 === 1).map((row) => row.join()))
    expect(orders.size).toBeGreaterThanOrEqual(4)
  })

  test('leaves its input as it is; two classes have nothing to change', () => {
    const probabilities = Float32Array.of(0.5, 0.3, 0.2)
    permuteDarkKnowledge(probabilities, 3, 1)
    expect([...probabilities]).toEqual(close([0.5, 0.3, 0.2]))
    expect([...permuteDarkKnowledge(Float32Array.of(0.75, 0.25), 2, 1)]).toEqual([0.75, 0.25])
  })
})

describe('whether outputs are probabilities', () => {
  const are = (rows: number[][]) => areProbabilities(Float32Array.from(rows.flat()), rows[0]?.length ?? 2)

  test.each([
    ['rows that add up to 1', [[0.25, 0.75], [1, 0]], true], // prettier-ignore
    ['rounding', [[0.2504, 0.75]], true],
    ['a sum that is more than rounding above', [[0.252, 0.75]], false],
    ['a sum that is more than rounding below', [[0.248, 0.75]], false],
    ['a later row that does not add up', [[0.5, 0.5], [0.5, 0.2]], false], // prettier-ignore
    ['a negative value, though the sum is 1', [[-0.5, 0.75, 0.75]], false],
    ['a value above 1, though the sum is 1', [[1.5, -0.5]], false],
    ['a value above 1 by no more than rounding of a sum', [[1.0005, 0]], false],
    ['one class', [[1], [1]], false], // prettier-ignore
    ['no rows', [], false],
  ])('%s', (_, rows, expected) => {
    expect(are(rows)).toBe(expected)
  })
})
