import { describe, expect, it } from 'vitest'
import {
  colourByName,
  MOST_COLOURS,
  rightAndWrong,
} from '../../../../src-renderer/features/labelling-map/map-colouring.ts'
import { rgbaOf, shapeOf } from '../../../../src-renderer/features/labelling-map/map-theme.ts'
import { MOST_GROUPS, RING } from '../../../../src-renderer/features/labelling-map/point-shaders.ts'
import { unpackFloats, unpackShorts } from '../../../../src-renderer/features/labelling-map/unpack.ts'
import { packNumbers } from '../../../../src-main/base/packed-numbers.ts'

describe('colours by name', () => {
  it('are one a class, in the order of the classes, and grey without a value', () => {
    const { groups, codes, note } = colourByName(
      { names: ['a', 'b', 'c'], values: Int16Array.of(2, 0, -1, 2) },
      'No label',
    )
    expect(groups).toEqual([
      { key: 'name a', name: 'a', colour: 0, count: 1 },
      { key: 'name b', name: 'b', colour: 1, count: 0 },
      { key: 'name c', name: 'c', colour: 2, count: 2 },
      { key: 'none', name: 'No label', colour: null, count: 1 },
    ])
    expect([...codes]).toEqual([2, 0, 3, 2])
    expect(note).toBeNull()
  })

  it('are those of the twelve largest of many classes; the others are one group, and that is said', () => {
    const names = Array.from({ length: 30 }, (_, i) => `class ${i}`)
    // Class i has i points; two have none.
    const values = Int16Array.from([...names.flatMap((_, i) => new Array<number>(i).fill(i)), -1, -1])
    const { groups, codes, note } = colourByName({ names, values }, 'No label')
    expect(groups).toHaveLength(MOST_COLOURS + 2)
    expect(groups.length).toBeLessThanOrEqual(MOST_GROUPS)
    expect(groups.slice(0, 12).map(({ name, colour }) => [name, colour])).toEqual(
      Array.from({ length: 12 }, (_, k) => [`class ${18 + k}`, k]),
    )
    expect(groups.slice(12).map(({ name, count }) => [name, count])).toEqual([
      ['18 other classes', (17 * 18) / 2],
      ['No label', 2],
    ])
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
    groups.forEach(({ count }, group) => expect(codes.filter((code) => code === group)).toHaveLength(count))
    expect(note).toContain('12 largest of 30')
  })

  it('tell right from wrong by shape, too', () => {
    const { groups } = rightAndWrong({ names: ['Right', 'Wrong'], values: Int16Array.of(0, 1, -1) }, 'No prediction')
    expect(new Set(groups.map(shapeOf)).size).toBe(3)
    expect(shapeOf(groups[2]!)).toBe(RING)
  })

  it('read the colours of the tokens', () => {
    expect(rgbaOf(' #ff0080 ')).toEqual([1, 0, expect.closeTo(0.502, 3), 1])
    expect(rgbaOf('rgb(1 2 3)')).toEqual([0, 0, 0, 1])
  })
})

it('numbers come out of the contract as they went in', () => {
  expect([...unpackFloats(packNumbers(Float32Array.of(0.25, -1e30, 3)))]).toEqual([0.25, Math.fround(-1e30), 3])
  expect([...unpackShorts(packNumbers(Int16Array.of(-1, 300)))]).toEqual([-1, 300])
})
