import { expect, test } from 'vitest'
import { packNumbers } from '../../../../src-main/base/packed-numbers.ts'
import { heatColour, heatScale, stretchHeat } from '../../../../src-main/contract/heat.ts'
import { heatSummary, unpackHeat } from '../../../../src-renderer/features/explain/heat-words.ts'

function map(values: number[], columns: number, name: string | null = 'cat') {
  const heat = Float32Array.from(values)
  const most = heat.reduce((a, b) => Math.max(a, b), -Infinity)
  const rows = values.length / columns
  return { class: name, rows, columns, values: packNumbers(heat), least: Math.min(...values), most }
}

const told = (one: ReturnType<typeof map>, scale: number) => heatSummary(one, unpackHeat(one), scale)

test('heat is told in words: where, how much, how far', () => {
  expect(told(map([0.5, 0, 0, 0, 0, 0, 0, 0, 0], 3), 0.5)).toBe(
    'Heat for “cat” is highest at the upper left, 0.5; 11 % of the picture has more than half of that.',
  )
  expect(told(map([0, 0, 0, 0, 2, 1.5, 0, 0, 0], 3, null), 2)).toBe(
    'Heat is highest in the middle, 2; 22 % of the picture has more than half of that.',
  )
  expect(told(map([0, 0, 0, 0, 0, 0, 0, 1, 0], 3), 1)).toContain('at the bottom')
  expect(told(map([0, 0, 0, 0, 0, 1, 0, 0, 0], 3), 1)).toContain('at the right')
  expect(told(map([0, 0, 0, 0], 2), 1)).toBe('Heat for “cat” is 0 everywhere: nothing that is seen here speaks for it.')
  expect(told(map([0, 0.001, 0, 0], 2), 1)).toBe('Heat for “cat” is next to nothing: at most 0.001.')
})

test('numbers come back as they were sent', () => {
  const values = Float32Array.of(0, -1.5, 3e-8, 12345.678)
  expect(unpackHeat({ values: packNumbers(values) })).toEqual(values)
})

test('all maps share one scale; of probabilities it does not end below a hundredth', () => {
  expect(heatScale('gradcam', [map([0.1, 0], 2), map([0.4, 0], 2)])).toBeCloseTo(0.4)
  expect(heatScale('occlusion', [map([1e-8, 0], 2)])).toBe(0.01)
  expect(heatScale('occlusion', [map([1e-8, 0], 2, null)])).toBeCloseTo(1e-8)
  expect(heatScale('gradcam', [map([0, 0], 2)])).toBe(0)
})

test('cells are stretched between their middles, and colours go from dark to light', () => {
  const stretched = stretchHeat({ rows: 1, columns: 2, values: [0, 1] }, 2, 8)
  // The middles of the two cells are at 2 and 6 of 8.
  const line = [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]
  expect([...stretched]).toEqual([...line, ...line])
  const light = Array.from({ length: 101 }, (_, i) => {
    const [red, green, blue] = heatColour(i / 100)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  })
  expect(light.every((value, i) => i === 0 || value > light[i - 1]!)).toBe(true)
  expect(heatColour(-1)).toEqual(heatColour(0))
  expect(heatColour(2)).toEqual(heatColour(1))
})
