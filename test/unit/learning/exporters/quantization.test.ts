import { describe, expect, it } from 'vitest'
import {
  activationQuantization,
  quantized,
  quantizedBias,
  quantizedWeights,
} from '../../../../src-main/learning/exporters/quantization/quantization.ts'

const tensor = (shape: number[], values: number[]) => ({
  type: 'float32' as const,
  shape,
  values: () => Float32Array.from(values),
})

describe('activations', () => {
  it.each([
    // (1.55 + 1) / 255 = 0.01; -128 + 1 / 0.01 = -28.
    [{ min: -1, max: 1.55 }, 0.01, -28],
    // 0 is always among them.
    [{ min: 1, max: 2.55 }, 0.01, -128],
    [{ min: -2.55, max: -1 }, 0.01, 127],
    [{ min: 0, max: 0 }, 1, -128],
  ])('%j: a scale for 255 steps, and 0 on one of them', (range, scale, zeroPoint) => {
    const { scales, zeroPoints } = activationQuantization(range)
    expect(scales[0]).toBeCloseTo(scale, 8)
    expect(scales[0]).toBe(Math.fround(scales[0]!))
    expect(zeroPoints).toEqual([zeroPoint])
  })

  it('numbers go to the nearest step; those outside to an end', () => {
    const stored = quantized([0, 0.25, 0.26, -1, 1000, -1000], { scales: [0.5], zeroPoints: [10] })
    expect([...stored]).toEqual([10, 11, 11, 8, 127, -128])
  })
})

describe('weights', () => {
  it('a scale a channel, from -127 to 127', () => {
    // Two channels, first axis: 127 / 2 and 127 / 0.5 steps for 1.
    const rows = quantizedWeights(tensor([2, 3], [2, -0.9, 0.5, -0.5, 0.25, 0]), { axis: 0 })
    expect(rows.quantization.scales).toEqual([2 / 127, 0.5 / 127].map(Math.fround))
    expect(rows.quantization).toMatchObject({ zeroPoints: [0, 0], axis: 0 })
    expect([...rows.values()]).toEqual([127, -57, 32, -127, 64, 0])
    // The same numbers with the channels on the last axis.
    const columns = quantizedWeights(tensor([1, 1, 3, 2], [2, -0.5, -0.9, 0.25, 0.5, 0]), { axis: 3 })
    expect(columns.quantization.scales).toEqual(rows.quantization.scales)
    expect([...columns.values()]).toEqual([127, -127, -57, 64, 32, 0])
  })

  it('a channel of zeros has a scale, and a large bias of a small channel fits into 32 bits', () => {
    const { quantization } = quantizedWeights(tensor([2, 1], [1, 0]), { axis: 0 })
    expect(quantization.scales[1]).toBeCloseTo(1e-6 / 127, 12)
    expect(quantizedWeights(tensor([1, 1], [0]), { axis: 0 }).quantization.scales[0]).toBeGreaterThan(0)
    const bias = tensor([2], [0, 50])
    const held = quantizedWeights(tensor([2, 1], [1, 0]), {
      axis: 0,
      bias: { values: bias.values(), inputScale: 1e-3 },
    })
    const [, large] = quantizedBias(bias, 1e-3, held.quantization).values()
    expect(large! * held.quantization.scales[1]! * 1e-3).toBeCloseTo(50, 4)
  })
})

it('a bias is held in steps of its input’s scale times that of its channel', () => {
  const bias = quantizedBias(tensor([2], [1, -0.3]), 0.5, { scales: [0.25, 0.01], zeroPoints: [0, 0] })
  expect([...bias.values()]).toEqual([8, -60])
  expect(bias).toMatchObject({ type: 'int32', quantization: { scales: [0.125, Math.fround(0.005)] } })
})
