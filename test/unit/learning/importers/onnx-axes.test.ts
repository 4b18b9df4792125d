import { describe, expect, it } from 'vitest'
import { axisOf, axisSize, places, reshaped, sizesOf } from '../../../../src-main/learning/importers/onnx/axes.ts'

const [height, width, channels] = [axisOf(4), axisOf(6), axisOf(10)]
const map = { layout: [height, width, channels], axes: [[], channels, height, width] }

describe('axes', () => {
  it('merged and cut again are what they were', () => {
    const merged = reshaped(map, [1, 10, 24])!
    expect(sizesOf(merged.axes)).toEqual([1, 10, 24])
    expect(merged.layout).toEqual(map.layout)
    expect(reshaped(merged, [1, 10, 4, 6])!.axes).toEqual(map.axes)
  })

  it('cut in parts cut those of the memory in the same place', () => {
    const { layout, axes } = reshaped(map, [2, 5, 24])!
    expect(layout.map((axis) => axis.map(({ size }) => size))).toEqual([[4], [6], [2, 5]])
    expect(axes[0]![0]).toBe(layout[2]![0])
    expect(axes[1]![0]).toBe(layout[2]![1])
  })

  it('across which a new one would run are refused', () => {
    expect(reshaped(map, [1, 15, 16])).toBeNull()
    expect(reshaped(map, [1, 10, 25])).toBeNull()
  })

  it('of 1 are no atoms, whatever their number', () => {
    expect(reshaped(map, [1, 1, 240, 1])!.axes.map(axisSize)).toEqual([1, 1, 240, 1])
  })

  it('give the places of one order in another', () => {
    const [a, b] = [{ size: 2 }, { size: 3 }]
    expect([...places([a, b], [b, a])]).toEqual([0, 3, 1, 4, 2, 5])
    expect([...places([a, b], [b], new Map([[a, 1]]))]).toEqual([3, 4, 5])
  })
})
