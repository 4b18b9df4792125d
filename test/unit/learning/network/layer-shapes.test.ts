import { describe, expect, it } from 'vitest'
import type { LayerType } from '../../../../src-main/contract/network.ts'
import { inferLayer } from '../../../../src-main/learning/network/infer.ts'

const infer = (type: LayerType, config: Record<string, unknown>, ...inputs: number[][]) =>
  inferLayer({ name: 'layer', type, config, inputs: inputs.map((_, i) => `x${i}`), block: 'b' }, inputs)

describe('layers that imported networks bring', () => {
  it.each([
    ['Conv2D', { filters: 6, kernel_size: 3, groups: 3 }, [[8, 8, 9]], [6, 6, 6]],
    ['Conv2D', { filters: 2, kernel_size: 3, dilation_rate: [2, 3] }, [[9, 9, 2]], [5, 3, 2]],
    ['DepthwiseConv2D', { kernel_size: 3, dilation_rate: 2, padding: 'same' }, [[9, 9, 2]], [9, 9, 2]],
    ['Multiply', {}, [[4, 5, 3], [1, 1, 3]], [4, 5, 3]], // prettier-ignore
    ['Multiply', {}, [[1, 1, 3], [4, 5, 1], [4, 5, 3]], [4, 5, 3]], // prettier-ignore
    ['Rescaling', { scale: [1, 2, 3] }, [[4, 5, 3]], [4, 5, 3]],
    ['Rescaling', { scale: [2], offset: [1] }, [[4, 5, 3]], [4, 5, 3]],
    ['Normalization', { mean: 1, variance: [1, 2] }, [[2]], [2]],
    ['Dropout', { noise_shape: [null, 1, 1, null] }, [[4, 5, 3]], [4, 5, 3]],
    ['Dropout', { noise_shape: null }, [[4, 5, 3]], [4, 5, 3]],
    ['LeakyReLU', {}, [[4, 5, 3]], [4, 5, 3]],
    ['PReLU', { shared_axes: [1, 2] }, [[4, 5, 3]], [4, 5, 3]],
    ['PReLU', { shared_axes: [3] }, [[4, 5, 3]], [4, 5, 3]],
    ['LayerScale', {}, [[7, 3]], [7, 3]],
    ['StochasticDepth', { drop_path_rate: 0.1 }, [[4, 5, 3]], [4, 5, 3]],
    ['GlobalMaxPooling2D', {}, [[4, 5, 3]], [3]],
    ['GlobalMaxPooling2D', { keepdims: true }, [[4, 5, 3]], [1, 1, 3]],
    ['GlobalAveragePooling2D', { keepdims: true }, [[4, 5, 3]], [1, 1, 3]],
    ['Cropping2D', { cropping: [[1, 0], [0, 2]] }, [[4, 5, 3]], [3, 3, 3]], // prettier-ignore
    ['Cropping2D', { cropping: [[0, 3], [1, 3]] }, [[4, 5, 3]], [1, 1, 3]], // prettier-ignore
    ['UpSampling2D', { size: [2, 3] }, [[4, 5, 3]], [8, 15, 3]],
    ['Reshape', { target_shape: [1, -1, 3] }, [[4, 5, 3]], [1, 20, 3]],
    ['Reshape', { target_shape: [6, 10] }, [[4, 5, 3]], [6, 10]],
    // PyTorch's MaxPool2d(3, 2, padding=1) on 112 and on 7, with ceil_mode on 8.
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 1], [1, 1]] }, [[112, 7, 3]], [56, 4, 3]], // prettier-ignore
    ['MaxPooling2D', { pool_size: 2, strides: 2, padding: [[0, 1], [0, 1]] }, [[7, 8, 3]], [4, 4, 3]], // prettier-ignore
    ['AveragePooling2D', { pool_size: [3, 2], padding: [[2, 0], [0, 1]] }, [[4, 5, 3]], [2, 3, 3]], // prettier-ignore
  ] as const)('%s %j', (type, config, inputs, expected) => {
    expect(infer(type, config, ...(inputs as unknown as number[][])).outputShape).toEqual(expected)
  })

  it('have Keras’ weights', () => {
    const [kernel, bias] = infer('Conv2D', { filters: 6, kernel_size: 3, groups: 3 }, [8, 8, 9]).weights
    expect(kernel).toMatchObject({ name: 'kernel', shape: [3, 3, 3, 6], fanIn: 27, trainable: true })
    expect(bias).toMatchObject({ name: 'bias', shape: [6] })
    expect(infer('PReLU', { shared_axes: [1, 2] }, [4, 5, 3]).weights).toEqual([
      { name: 'alpha', shape: [1, 1, 3], initializer: 'zeros', fanIn: 3, fanOut: 3, trainable: true },
    ])
    expect(infer('LayerScale', { init_values: 0.1 }, [4, 5, 3]).weights).toEqual([
      { name: 'gamma', shape: [3], initializer: 'constant', value: 0.1, fanIn: 3, fanOut: 3, trainable: true },
    ])
    expect(infer('Normalization', { mean: [1, 2], variance: [1, 1] }, [2]).weights).toEqual([])
  })

  it('count multiply-adds of groups once', () => {
    expect(infer('Conv2D', { filters: 6, kernel_size: 3, groups: 3 }, [8, 8, 9]).multiplyAdds).toBe(6 * 6 * 6 * 9 * 3)
  })

  it.each([
    ['Multiply', {}, [[4, 5, 3], [1, 1, 3]], 60], // prettier-ignore
    ['Rescaling', { scale: 2 }, [[4, 5, 3]], 60],
    ['Normalization', { mean: 0, variance: 1 }, [[4, 5, 3]], 60],
    ['PReLU', {}, [[4, 5, 3]], 60],
    ['LayerScale', {}, [[4, 5, 3]], 60],
    ['GlobalMaxPooling2D', {}, [[4, 5, 3]], 60],
    ['Cropping2D', { cropping: 1 }, [[4, 5, 3]], 0],
    ['UpSampling2D', {}, [[4, 5, 3]], 0],
    ['Reshape', { target_shape: [60] }, [[4, 5, 3]], 0],
  ] as const)('%s %j on %j: multiply-adds', (type, config, inputs, multiplyAdds) => {
    expect(infer(type, config, ...(inputs as unknown as number[][])).multiplyAdds).toBe(multiplyAdds)
  })

  it.each([
    ['Multiply', {}, [[4, 5, 3], [4, 5, 3]]], // prettier-ignore
    ['Rescaling', { scale: 2 }, [[4, 5, 3]]],
    ['GlobalMaxPooling2D', {}, [[4, 5, 3]]],
    ['Cropping2D', { cropping: 1 }, [[4, 5, 3]]],
    ['UpSampling2D', {}, [[4, 5, 3]]],
    ['Reshape', { target_shape: [60] }, [[4, 5, 3]]],
  ] as const)('%s %j on %j: no weights', (type, config, inputs) => {
    expect(infer(type, config, ...(inputs as unknown as number[][])).weights).toEqual([])
  })

  it('have a slope for each value where no axis is shared', () => {
    const [alpha] = infer('PReLU', { shared_axes: null }, [4, 5, 3]).weights
    expect(alpha).toMatchObject({ shape: [4, 5, 3], fanIn: 60, fanOut: 60 })
    expect(infer('PReLU', { shared_axes: [3] }, [4, 5, 3]).weights[0]!.shape).toEqual([4, 5, 1])
  })

  it.each([
    ['Conv2D', { filters: 6, kernel_size: 3, groups: 2 }, [[8, 8, 9]], /2 equal groups/],
    ['Conv2D', { filters: 5, kernel_size: 3, groups: 3 }, [[8, 8, 9]], /3 equal groups/],
    ['Multiply', {}, [[4, 5, 3], [3]], /as many axes/], // prettier-ignore
    ['Multiply', {}, [[4, 5, 3], [2, 1, 3]], /as many axes/], // prettier-ignore
    ['Multiply', {}, [[4], [4, 1, 1]], /as many axes/], // prettier-ignore
    ['Rescaling', { scale: [1, 2] }, [[4, 5, 3]], /one for each channel/],
    ['Normalization', { mean: [1, 2], variance: 1 }, [[4, 5, 3]], /one for each channel/],
    ['Normalization', { mean: 0 }, [[4, 5, 3]], /`variance`/],
    ['PReLU', { shared_axes: [3] }, [[4]], /shared_axes/],
    ['PReLU', { shared_axes: [1, 3] }, [[4, 5]], /shared_axes among its axes/],
    ['Dropout', { noise_shape: [null, 1] }, [[4, 5, 3]], /noise_shape with a place for the batch/],
    ['Rescaling', { scale: 1, offset: [1, 2] }, [[4, 5, 3]], /one for each channel/],
    ['Multiply', {}, [[4, 5, 3], [4, 5, 2]], /equal size or of size 1/], // prettier-ignore
    ['Cropping2D', { cropping: [[2, 2], [0, 0]] }, [[4, 5, 3]], /larger than what is cropped/], // prettier-ignore
    ['Cropping2D', { cropping: [[0, 0], [5, 0]] }, [[4, 5, 3]], /larger than what is cropped/], // prettier-ignore
    ['Reshape', { target_shape: [4, 4] }, [[4, 5, 3]], /target_shape \[4, 4\]/],
    ['MaxPooling2D', { pool_size: [3, 2], padding: [[0, 0], [0, 2]] }, [[4, 5, 3]], /smaller than the pool/], // prettier-ignore
    ['Cropping2D', { cropping: 2 }, [[4, 5, 3]], /larger than what is cropped/],
    ['Reshape', { target_shape: [-1, 7] }, [[4, 5, 3]], /target_shape \[-1, 7\]/],
    ['Reshape', { target_shape: [-1, -1] }, [[4, 5, 3]], /only one size/],
    ['MaxPooling2D', { pool_size: 2, padding: [[2, 0], [0, 0]] }, [[4, 5, 3]], /smaller than the pool/], // prettier-ignore
  ] as const)('%s %j on %j is refused', (type, config, inputs, message) => {
    const act = (): unknown => infer(type, config, ...(inputs as unknown as number[][]))
    expect(act).toThrow(expect.objectContaining({ code: 'E_NETWORK_SHAPE', message: expect.stringMatching(message) }))
  })
})
