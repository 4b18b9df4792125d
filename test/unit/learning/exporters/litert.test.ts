import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Layer, Network } from '../../../../src-main/contract/network.ts'
import { liteRtExporter } from '../../../../src-main/learning/exporters/litert.ts'
import { encodeLiteRt } from '../../../../src-main/learning/exporters/litert/encode.ts'
import { pixelInput } from '../../../../src-main/learning/exporters/pixel-input.ts'
import { chain, chainModel } from '../../../support/layer-chains.ts'
import { type ReadLiteRt, readLiteRt } from '../../../support/read-litert.ts'
import { toyModel } from '../../../support/toy-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-litert-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function written(model: ReturnType<typeof chainModel>, weights = 'float32'): Promise<ReadLiteRt> {
  const target = mkdtempSync(join(folder, 'model-'))
  await liteRtExporter.write(model, target, { weights })
  return readLiteRt(readFileSync(join(target, 'model.tflite')))
}

type Part = readonly [Layer['type'], Record<string, unknown>]
const ofChain = (...parts: Part[]): Promise<ReadLiteRt> => written(chainModel(chain(parts)))
const codes = ({ operators }: ReadLiteRt): string[] => operators.map(({ code }) => code)
const tensor = ({ tensors }: ReadLiteRt, name: string) => tensors.find((each) => each.name === name)!
const floats = (data: Uint8Array): number[] => [...new Float32Array(data.slice().buffer)]

describe('a LiteRT file', () => {
  it('has an input and outputs of any batch, named after the heads', async () => {
    const file = await written(toyModel({ architecture: 'lenet', size: 16, options: { filters: 2, hidden: 4 } }))
    expect(file.identifier).toBe('TFL3')
    expect(file.input).toMatchObject({ type: 'float32', shape: [1, 16, 16, 3], signature: [-1, 16, 16, 3], data: null })
    expect(file.outputs.map(({ shape, signature }) => [shape, signature])).toEqual([
      [[1, 3], [-1, 3]], // prettier-ignore
      [[1, 1], [-1, 1]], // prettier-ignore
    ])
    const { key, inputs, outputs } = file.signature
    expect([key, inputs]).toEqual(['serving_default', [['input', file.input.name]]])
    expect(outputs).toEqual([
      ['kind', file.outputs[0]!.name],
      ['size', file.outputs[1]!.name],
    ])
  })

  it('lays constants where processors read them at once', async () => {
    const file = await ofChain(['Conv2D', { filters: 3, kernel_size: 3 }])
    const offsets = file.tensors.filter(({ data }) => data !== null).map(({ offset }) => offset % 16)
    expect(offsets.length).toBeGreaterThan(3)
    expect(new Set(offsets)).toEqual(new Set([0]))
  })

  it('turns kernels: [out, height, width, in], [1, height, width, channels], [out, in]', async () => {
    const model = chainModel(chain([['Conv2D', { filters: 3, kernel_size: [1, 2] }], ['DepthwiseConv2D', { kernel_size: 2 }]])) // prettier-ignore
    const file = await written(model)
    const filter = tensor(file, 'layer0:filter')
    expect(filter.shape).toEqual([3, 1, 2, 4])
    // Of output 2, column 1 and input 3: in Keras' order (column 1, input 3, output 2).
    expect(floats(filter.data!)[(2 * 2 + 1) * 4 + 3]).toBe(model.read('layer0/kernel')[(1 * 4 + 3) * 3 + 2])
    const depthwise = tensor(file, 'layer1:filter')
    expect(depthwise.shape).toEqual([1, 2, 2, 3])
    expect(floats(depthwise.data!)).toEqual([...model.read('layer1/depthwise_kernel')])
    const dense = tensor(file, 'head:weights')
    expect(dense.shape).toEqual([3, 4 * 4 * 3])
    expect(floats(dense.data!)[48 + 7]).toBe(model.read('head/kernel')[7 * 3 + 1])
  })

  it('pads by itself where TensorFlow would pad so, and by an operator elsewhere', async () => {
    const same = await ofChain(['Conv2D', { filters: 2, kernel_size: 3, strides: 2, padding: 'same' }])
    expect(codes(same)).toEqual(['CONV_2D', 'RESHAPE', 'FULLY_CONNECTED'])
    expect(same.operators[0]!.options).toMatchObject({ padding: 0, stride_h: 2, stride_w: 2, dilation_h_factor: 1 })
    // Symmetric, as PyTorch pads: of 6 columns in steps of 2 TensorFlow pads one at the end.
    const other = await ofChain(['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 1], [1, 1]] }]) // prettier-ignore
    expect(codes(other)).toEqual(['PADV2', 'MAX_POOL_2D', 'RESHAPE', 'FULLY_CONNECTED'])
    expect(other.operators[1]!.options).toMatchObject({ padding: 1, filter_height: 3 })
    expect(floats(tensor(other, 'layer0:lowest').data!)[0]).toBeLessThan(-1e38)
  })

  it('averages what lies inside the map alone', async () => {
    const file = await ofChain(['AveragePooling2D', { pool_size: 2, strides: 2, padding: [[1, 0], [0, 0]] }]) // prettier-ignore
    expect(codes(file).slice(0, 3)).toEqual(['PAD', 'AVERAGE_POOL_2D', 'MUL'])
    // Half of the first row of windows is padding.
    expect(floats(tensor(file, 'layer0:scale').data!)).toEqual([2, 2, 2, 1, 1, 1, 1, 1, 1])
  })

  it('takes ReLU into the operator before it, unless another reads that', async () => {
    const fused = await ofChain(['Conv2D', { filters: 2, kernel_size: 1, activation: 'relu6' }], ['ReLU', {}])
    expect(codes(fused)).toEqual(['CONV_2D', 'RELU', 'RESHAPE', 'FULLY_CONNECTED'])
    expect(fused.operators[0]!.options['fused_activation_function']).toBe(3)
    const network: Network = chain([['Conv2D', { filters: 4, kernel_size: 1 }], ['ReLU', {}], ['Add', {}]]) // prettier-ignore
    network.layers[3]!.inputs = ['layer0', 'layer1']
    expect(codes(await written(chainModel(network))).slice(0, 3)).toEqual(['CONV_2D', 'RELU', 'ADD'])
  })

  it('holds no more than 2 GB', () => {
    const shape = [2 ** 15, 2 ** 14]
    const values = (): never => expect.fail('nothing is read')
    const tensors = new Map([['huge', { type: 'float32' as const, shape, values }]])
    const graph = { tensors, operators: [], input: 'huge', outputs: ['huge'] }
    expect(() => encodeLiteRt(graph, { input: 'input', outputs: ['a'] })).toThrow('at most 2 GB. Received: 2.1 GB')
  })

  it('takes pixels as uint8', async () => {
    const model = pixelInput(toyModel({ architecture: 'lenet', size: 16, options: { filters: 2, hidden: 4 } }))
    const file = await written(model)
    expect(file.input.type).toBe('uint8')
    expect(file.operators[0]).toMatchObject({ code: 'CAST', options: { in_data_type: 3, out_data_type: 0 } })
  })
})

describe('smaller weights', () => {
  const model = chainModel(
    chain([
      ['Conv2D', { filters: 40, kernel_size: 3, padding: 'same' }],
      ['DepthwiseConv2D', { kernel_size: 3 }],
    ]),
  )

  it('float16: large constants, made float32 by an operator', async () => {
    const file = await written(model, 'float16')
    const made = file.operators.filter(({ code }) => code === 'DEQUANTIZE')
    expect(made.map(({ inputs, output, version }) => [inputs[0]!.name, inputs[0]!.type, output.name, version])).toEqual(
      ['layer0:filter', 'head:weights'].map((name) => [`${name}:float16`, 'float16', name, 3]),
    )
    expect(tensor(file, 'layer0:filter')).toMatchObject({ type: 'float32', data: null })
    expect(tensor(file, 'layer1:filter')).toMatchObject({ type: 'float32', shape: [1, 3, 3, 40] })
  })

  it('float16: a constant with a number beyond its reach stays float32', async () => {
    const read = (name: string) => model.read(name).map((value) => (name === 'layer0/kernel' ? value * 1e6 : value))
    const file = await written({ ...model, read }, 'float16')
    expect(tensor(file, 'layer0:filter')).toMatchObject({ type: 'float32', data: expect.any(Uint8Array) })
    expect(tensor(file, 'head:weights:float16').type).toBe('float16')
  })

  it('dynamic: large weights as int8 with a scale a channel, in versions that know it', async () => {
    const file = await written(model, 'dynamic')
    const filter = tensor(file, 'layer0:filter')
    expect(filter).toMatchObject({ type: 'int8', axis: 0 })
    expect(filter.scales).toHaveLength(40)
    expect(tensor(file, 'layer1:filter').type).toBe('float32')
    expect(file.operators.map(({ code, version }) => `${code} ${version}`)).toEqual([
      'CONV_2D 5',
      'DEPTHWISE_CONV_2D 1',
      'RESHAPE 1',
      'FULLY_CONNECTED 12',
    ])
    expect(file.operators[3]!.options['asymmetric_quantize_inputs']).toBe(1)
  })
})
