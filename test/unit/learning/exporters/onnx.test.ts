import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Network } from '../../../../src-main/contract/network.ts'
import type { ExportModel } from '../../../../src-main/learning/exporters/exporter.ts'
import { onnxExporter } from '../../../../src-main/learning/exporters/onnx.ts'
import { readModelProto } from '../../../../src-main/learning/importers/onnx/model-proto.ts'
import type { OnnxModel } from '../../../../src-main/learning/importers/onnx/model-proto.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { chain, chainModel } from '../../../support/layer-chains.ts'
import { toyModel } from '../../../support/toy-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function written(model: ExportModel, options: Record<string, unknown> = {}): Promise<OnnxModel> {
  const target = mkdtempSync(join(folder, 'model-'))
  await onnxExporter.write(model, target, options)
  return readModelProto(readFileSync(join(target, 'model.onnx')), target)
}

const operators = ({ nodes }: OnnxModel): string[] => nodes.map(({ op }) => op)
const number = (name: string) => ({ name, column: name, type: 'regression' as const, classes: [] })

describe('an ONNX file', () => {
  it.each([
    ['lenet', { filters: 4, hidden: 8 }],
    ['resnet18', { width: 8 }],
    ['mobilenetv2', { alpha: '0.35' }],
  ])('%s: transposes nothing but its input, and only if that has its channels last', async (architecture, options) => {
    const model = toyModel({ architecture, size: 32, options })
    const count = (file: OnnxModel) => operators(file).filter((op) => op === 'Transpose').length
    expect(count(await written(model, { layout: 'nchw' }))).toBe(0)
    const last = await written(model, { layout: 'nhwc' })
    expect(count(last)).toBe(1)
    expect(last.nodes.find(({ op }) => op === 'Transpose')!.inputs).toEqual(['input'])
    expect(operators(last)).not.toContain('BatchNormalization')
    expect(operators(last)).not.toContain('Pad')
  })

  it('keeps the names of layers, and kernels are named after theirs', async () => {
    const { nodes, initializers, outputs } = await written(toyModel({ architecture: 'lenet', size: 32 }))
    const names = new Set(nodes.map(({ name }) => name))
    const kernels = nodes.filter(({ name, op }) => ['Conv', 'Gemm'].includes(op) && !outputs.includes(name))
    expect(kernels.length).toBeGreaterThan(3)
    for (const { name, op, inputs } of kernels) {
      expect(inputs[1], op).toBe(`${name.replace(/\/.*/, '')}.weight`)
      expect(initializers.has(inputs[1]!)).toBe(true)
    }
    expect(names).toContain('conv1_pool')
  })

  it('two heads are two outputs of their names, whatever is named so inside', async () => {
    const net = networkBuilder('two', [4])
    net.block('all', 'all')
    net.add('hidden', 'Dense', { units: 3 })
    net.add('a', 'Dense', { units: 2 })
    const network: Network = { ...net.finish('hidden'), outputs: ['a', 'hidden', 'hidden', 'input'] }
    const heads = ['hidden', 'input', 'again', 'a'].map(number)
    const file = await written({ ...chainModel(network), heads })
    expect(file.outputs).toEqual(['hidden', 'input', 'again', 'a'])
    expect(file.inputs).toEqual([{ name: 'input_', shape: [null, 4] }])
    expect(file.nodes.map(({ op, inputs, outputs }) => [op, inputs[0], outputs[0]])).toEqual([
      ['Gemm', 'input_', 'input'],
      ['Gemm', 'input', 'hidden'],
      ['Identity', 'input', 'again'],
      ['Identity', 'input_', 'a'],
    ])
  })

  it('pixels are bytes', async () => {
    const model = { ...toyModel({ architecture: 'lenet', size: 32 }), takesPixels: true }
    expect(operators(await written(model)).slice(0, 2)).toEqual(['Cast', 'Transpose'])
  })

  it('what float16 cannot say stays float32: vectors, and kernels with large numbers', async () => {
    const network = chain([['Conv2D', { filters: 3, kernel_size: 1 }]])
    const model = chainModel(network)
    const read = (name: string) => (name === 'head/kernel' ? model.read(name).map((value) => value * 1e6) : model.read(name)) // prettier-ignore
    const { initializers } = await written({ ...model, read }, { weights: 'float16' })
    const tensors = [...initializers.keys()].filter((name) => !name.startsWith('int64'))
    expect(tensors).toEqual(['layer0.weight.float16', 'layer0.bias', 'head.weight', 'head.bias'])
  })

  it('of more than 2 GB is refused before a weight is read; in float16 it may fit', async () => {
    const net = networkBuilder('large', [30_000])
    net.block('all', 'all')
    net.add('large', 'Dense', { units: 20_000 })
    const small = chainModel(chain([]))
    const weights = [{ shape: [30_000, 20_000], fullName: 'large/kernel' }] as unknown as ExportModel['weights']
    let reads = 0
    const read = () => {
      reads++
      throw new Error('read')
    }
    const model = { ...small, network: net.finish('large'), weights, read }
    const refusal = { code: 'E_EXPORT_FORMAT', message: expect.stringContaining('2400000000'), fix: expect.stringContaining('float16') } // prettier-ignore
    await expect(onnxExporter.write(model, folder)).rejects.toMatchObject(refusal)
    expect(reads).toBe(0)
    await expect(onnxExporter.write(model, folder, { weights: 'float16' })).rejects.toThrow('read')
    expect(readdirSync(folder)).not.toContain('model.onnx')
  })
})
