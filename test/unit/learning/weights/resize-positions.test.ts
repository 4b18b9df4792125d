import { readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { resizePositions } from '../../../../src-main/learning/weights/resize-positions.ts'

type Pair = [number, number]
const file = new URL('../../../fixtures/reference/transformers.json', import.meta.url)
const { positions } = JSON.parse(readFileSync(file, 'utf8')) as {
  positions: {
    embedding: { values: number[] }
    prefix: number
    from: Pair
    resized: { to: Pair; values: number[] }[]
  }
}
const embedding = Float32Array.from(positions.embedding.values)

test.each(positions.resized)('positions of $to patches are timm’s', ({ to, values }) => {
  const resized = resizePositions(embedding, { prefix: positions.prefix, from: positions.from, to })
  expect(resized.length).toBe(values.length)
  resized.forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 5))
})

it('keeps the prefix, and a constant grid constant', () => {
  const flat = Float32Array.from({ length: 2 * (2 + 9) }, (_, i) => (i < 4 ? i : 7))
  const resized = resizePositions(flat, { prefix: 2, from: [3, 3], to: [5, 2] })
  expect([...resized.subarray(0, 4)]).toEqual([0, 1, 2, 3])
  resized.subarray(4).forEach((value) => expect(value).toBeCloseTo(7, 5))
})
