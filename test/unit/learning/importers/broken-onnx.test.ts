import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../src-main/base/seeded-random.ts'
import { GraftError } from '../../../../src-main/contract/errors.ts'
import { ProtoWriter } from '../../../../src-main/learning/engine/compile/protobuf.ts'
import type { ImportedModel } from '../../../../src-main/learning/importers/importer.ts'
import { onnx } from '../../../../src-main/learning/importers/onnx.ts'
import { onnxFile, testTensor } from '../../../support/onnx-files.ts'
import type { TestGraph, TestNode } from '../../../support/onnx-files.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/imports/onnx/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-broken-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(bytes: Uint8Array | string): string {
  const path = join(folder, 'a.onnx')
  writeFileSync(path, bytes)
  return path
}

function read(file: TestGraph | Uint8Array | string, inputSize: number | null = null): Promise<ImportedModel> {
  const bytes = typeof file === 'string' || file instanceof Uint8Array ? file : onnxFile(file)
  return onnx.read({ path: write(bytes), family: null, inputSize })
}

const kernel = testTensor('w', 4, 3, 3, 3)
const conv: TestNode = { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] }
/** A convolution, and one node behind it. */
const after = (node: Omit<TestNode, 'inputs'> & { inputs?: readonly string[] }, ...tensors: ReturnType<typeof testTensor>[]): TestGraph => ({
  nodes: [conv, { inputs: ['c'], ...node }],
  tensors: [kernel, ...tensors],
}) // prettier-ignore
const numbers = (name: string, ...values: number[]) => ({ name, dims: [values.length], values, type: 7 })
const deep = (depth: number): Uint8Array => {
  let inner: Uint8Array = new Uint8Array()
  for (let level = 0; level < depth; level++) inner = Buffer.concat(new ProtoWriter().bytes(7, inner).finish())
  return inner
}
/** Nodes whose constants double, and that many. */
const growing = Array.from({ length: 60 }, (_, index): TestNode => ({ op: 'Concat', inputs: index === 0 ? ['s', 's'] : [`g${index - 1}`, `g${index - 1}`], outputs: [`g${index}`], attributes: { axis: 0 } })) // prettier-ignore

describe('a broken ONNX file', () => {
  it.each<[string, TestGraph | Uint8Array | string, string]>([
    ['nothing', '', 'Expected a graph and the version'],
    ['text', 'import onnx # not a model', 'no ONNX file, cut off or damaged'],
    ['messages nested 10,000 deep', deep(10_000), 'Expected a graph and the version of its operators'],
    ['a field of more bytes than there are', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f), 'Expected a field of at most'],
    ['a number without an end', new Uint8Array(40).fill(0xff), 'a number of at most ten bytes'],
    ['an old kind of group', Uint8Array.of(0x0b, 0x0c), 'Expected a field of a known kind'],
    ['no version of the operators', Buffer.concat(new ProtoWriter().bytes(7, '').finish()), 'Received: no version'],
    ['no input', { nodes: [conv], tensors: [kernel], inputs: [], outputs: ['c'] }, 'Expected an input'],
    ['no output', { nodes: [conv], tensors: [kernel], outputs: [] }, 'Expected an output'],
    ['an output that nothing gives', { nodes: [conv], tensors: [kernel] }, 'Expected the output y'],
    ['an output that is a weight', { nodes: [conv], tensors: [kernel], outputs: ['w'] }, 'Expected the output w'],
    ['a cycle', { nodes: [{ op: 'Relu', inputs: ['b'], outputs: ['a'] }, { op: 'Relu', inputs: ['a'], outputs: ['b'] }], outputs: ['b'] }, 'in a cycle'],
    ['a tensor of two sources', { nodes: [conv, conv], tensors: [kernel], outputs: ['c'] }, 'Expected one source'],
    ['a weight that is there twice', { nodes: [conv], tensors: [kernel, kernel], outputs: ['c'] }, 'there twice'],
    ['fewer numbers than the shape says', { nodes: [conv], tensors: [{ ...kernel, values: [1, 2] }], outputs: ['c'] }, 'Expected 432 bytes of tensor w'],
    ['an absurd shape', { nodes: [conv], tensors: [{ name: 'w', dims: [2 ** 40, 2 ** 40], values: [] }], outputs: ['c'] }, 'that memory can hold'],
    ['a shape of less than nothing', { nodes: [conv], tensors: [{ name: 'w', dims: [-4, 3, 3, 3], values: [] }], outputs: ['c'] }, 'that memory can hold'],
    ['a tensor of 40 axes', { nodes: [conv], tensors: [{ name: 'w', dims: Array<number>(40).fill(1), values: [1] }], outputs: ['c'] }, 'a tensor'],
    ['a kernel for other channels', { nodes: [conv], tensors: [testTensor('w', 4, 5, 3, 3)], outputs: ['c'] }, 'Expected a kernel for 3 channels'],
    ['pictures of absurd size', { nodes: [conv], tensors: [kernel], inputs: [['x', [1, 3, 1e6, 1e6]]], outputs: ['c'] }, 'at most 4096 pixels'],
    ['a shape that does not fit', after({ op: 'Reshape', inputs: ['c', 's'] }, numbers('s', 1, 7)), 'Expected a shape of as many numbers'],
    ['an axis that is not there', after({ op: 'Softmax', attributes: { axis: 9 } }), 'Expected an axis'],
    ['constants that grow without end', { nodes: [conv, ...growing], tensors: [kernel, numbers('s', ...Array<number>(4096).fill(1))], outputs: ['c'] }, 'Expected'],
    ['a constant of absurd size', { nodes: [conv, { op: 'ConstantOfShape', inputs: ['s'], outputs: ['k'] }], tensors: [kernel, numbers('s', 1e6, 1e6)], outputs: ['c'] }, 'Expected a constant of at most'],
    ['a constant sum of one', after({ op: 'Add', inputs: ['s'] }, numbers('s', 1)), 'Expected 2 inputs of the node Add to y. Received: 1'],
    ['constants joined with nothing', after({ op: 'Concat', inputs: ['s', ''], attributes: { axis: 0 } }, numbers('s', 1)), 'Expected 2 inputs'],
    ['a shape of 40 axes', after({ op: 'Reshape', inputs: ['c', 's'] }, numbers('s', ...Array<number>(40).fill(1))), 'Expected at most 16 axes'],
    ['ever more axes', { nodes: [conv, ...Array.from({ length: 20 }, (_, index): TestNode => ({ op: 'Unsqueeze', inputs: [index === 0 ? 'c' : `u${index - 1}`, 's'], outputs: [`u${index}`] }))], tensors: [kernel, numbers('s', 0)], outputs: ['u19'] }, 'Expected at most 16 axes'],
    ['more nodes than any network has', { nodes: Array.from({ length: 20_001 }, (_, index): TestNode => ({ op: 'Relu', inputs: ['x'], outputs: [`${index}`] })), outputs: ['1'] }, 'at most 20000 nodes'],
    ['external data in the folder above', { nodes: [conv], tensors: [{ ...kernel, location: '../secret.bin' }], outputs: ['c'] }, 'Expected plain file names'],
    ['external data at an absolute path', { nodes: [conv], tensors: [{ ...kernel, location: '/etc/passwd' }], outputs: ['c'] }, 'Expected plain file names'],
    ['external data of Windows', { nodes: [conv], tensors: [{ ...kernel, location: '..\\secret.bin' }], outputs: ['c'] }, 'Expected plain file names'],
    ['external data that is not there', { nodes: [conv], tensors: [{ ...kernel, location: 'none.bin' }], outputs: ['c'] }, 'cannot be opened'],
  ])('%s', async (_case, file, message) => {
    await expect(read(file)).rejects.toMatchObject({ code: 'E_MODEL_FILE', message: expect.stringContaining(message) as string })
  }) // prettier-ignore

  it('whose external data is a link is not followed', async () => {
    symlinkSync('/etc/hostname', join(folder, 'link.bin'))
    const graph = { nodes: [conv], tensors: [{ ...kernel, location: 'link.bin' }], outputs: ['c'] }
    await expect(read(graph)).rejects.toMatchObject({ code: 'E_MODEL_FILE', message: expect.stringContaining('which is a link') as string }) // prettier-ignore
  })

  it('whose external data is cut off', async () => {
    writeFileSync(join(folder, 'short.bin'), 'four')
    const graph = { nodes: [conv], tensors: [{ ...kernel, location: 'short.bin' }], outputs: ['c'] }
    await expect(read(graph)).rejects.toMatchObject({ code: 'E_MODEL_FILE', message: expect.stringContaining('Expected 432 bytes') as string }) // prettier-ignore
  })
})

describe('an ONNX file of what Graft cannot represent is refused, and names the node', () => {
  it.each<[string, TestGraph, string]>([
    ['an operator that Graft has no layer for', after({ op: 'LSTM' }), 'is of the operator LSTM'],
    ['an operator of one program', after({ op: 'FusedConv', domain: 'com.microsoft' }), "FusedConv of com.microsoft, which is not ONNX' own"],
    ['a quantised model', after({ op: 'QLinearConv' }), 'the model is quantised'],
    ['two inputs', { nodes: [conv], tensors: [kernel], inputs: [['x', [1, 3, 8, 8]], ['z', [1]]], outputs: ['c'] }, 'has 2 inputs (x, z)'],
    ['no pictures', { nodes: [conv], tensors: [kernel], inputs: [['x', [1, 10]]], outputs: ['c'] }, 'Graft imports models of images'],
    ['eight pictures at a time', { nodes: [conv], tensors: [kernel], inputs: [['x', [8, 3, 8, 8]]], outputs: ['c'] }, 'takes 8 pictures at a time'],
    ['an open size', { nodes: [conv], tensors: [kernel], inputs: [['x', [null, 3, null, null]]], outputs: ['c'] }, 'leaves its height or width open'],
    ['weights that come from the picture', after({ op: 'Conv', inputs: ['c', 'c'] }), 'depend on the picture'],
    ['a convolution over one axis', { nodes: [conv], tensors: [testTensor('w', 4, 3, 3)], outputs: ['c'] }, 'a window or steps of [3]'],
    ['padding that repeats the border', after({ op: 'Pad', inputs: ['c', 'p'], attributes: { mode: 'reflect' } }, numbers('p', 0, 0, 1, 1, 0, 0, 1, 1)), 'pads by other than zeros'],
    ['a mixture of places', after({ op: 'MatMul', inputs: ['c', 'k'] }, testTensor('k', 6, 6)), 'mixes places of the picture'],
    ['a shuffle of channels', { nodes: [conv, { op: 'Reshape', inputs: ['c', 's'], outputs: ['r'] }, { op: 'Transpose', inputs: ['r'], outputs: ['t'], attributes: { perm: [0, 2, 1, 3, 4] } }, { op: 'Reshape', inputs: ['t', 'u'], outputs: ['v'] }, { op: 'Relu', inputs: ['v'] }], tensors: [kernel, numbers('s', 1, 2, 2, 6, 6), numbers('u', 1, 4, 6, 6)] }, 'in another order than they lie in'],
    ['half of the channels', { nodes: [conv, { op: 'Split', inputs: ['c'], outputs: ['a', 'b'], attributes: { axis: 1 } }, { op: 'Relu', inputs: ['a'] }], tensors: [kernel] }, 'takes a part of a tensor'],
    ['a sum of one', after({ op: 'Add', inputs: ['c', ''] }), 'lacks its input 2'],
    ['a product of one', after({ op: 'Mul', inputs: ['c'] }), 'lacks its input 2'],
    ['more numbers than memory holds', after({ op: 'Pad', inputs: ['c', 'p'] }, numbers('p', 0, 0, 1e6, 1e6, 0, 0, 0, 0)), 'more than memory holds'],
    ['channels without end', { nodes: [conv, ...Array.from({ length: 40 }, (_, index): TestNode => ({ op: 'Concat', inputs: index === 0 ? ['c', 'c'] : [`d${index - 1}`, `d${index - 1}`], outputs: [`d${index}`], attributes: { axis: 1 } }))], tensors: [kernel], outputs: ['d39'] }, 'more than memory holds'],
    ['numbers between -1 and 1', after({ op: 'Clip', inputs: ['c', 'l', 'h'] }, { name: 'l', dims: [], values: [-1] }, { name: 'h', dims: [], values: [1] }), 'keeps numbers between -1 and 1'],
    ['another ELU', after({ op: 'Elu', attributes: { alpha: { float: 0.5 } } }), 'ELU whose alpha is not 1'],
    ['the places of a maximum', after({ op: 'MaxPool', outputs: ['y', 'i'], attributes: { kernel_shape: [2, 2] } }), 'gives the places of what it pools'],
    ['a logarithm of a softmax inside', { nodes: [conv, { op: 'LogSoftmax', inputs: ['c'], outputs: ['l'], attributes: { axis: 1 } }, { op: 'Relu', inputs: ['l'] }], tensors: [kernel] }, 'logarithm of a softmax inside'],
    ['an ERF that is no GELU', after({ op: 'Erf' }), 'is of the operator Erf'],
    ['weights of whole bytes', { nodes: [conv], tensors: [{ name: 'w', dims: [4, 3, 3, 3], values: [], type: 17 }], outputs: ['c'] }, 'data type 17'],
  ])('%s', async (_case, graph, message) => {
    const fault = { code: 'E_MODEL_UNSUPPORTED', message: expect.stringContaining(message) as string, fix: expect.any(String) as string }
    await expect(read(graph)).rejects.toMatchObject(fault)
  }) // prettier-ignore

  it('but not for what no output needs', async () => {
    const graph = { ...after({ op: 'LSTM', outputs: ['unused'] }), outputs: ['c'] }
    await expect(read(graph)).resolves.toMatchObject({ format: 'ONNX, opset 17' })
  })

  it('takes the size that was asked for where the file leaves it open', async () => {
    const { network } = await read({ nodes: [conv], tensors: [kernel], inputs: [['x', [null, 3, null, null]]], outputs: ['c'] }, 24) // prettier-ignore
    expect(network.layers[0]!.config).toEqual({ shape: [24, 24, 3] })
  })
})

describe('a mutated ONNX file gives a model or a named error', () => {
  const files = ['residual-folded', 'vit', 'gates-opset12', 'opset-9', 'external']

  async function outcome(bytes: Uint8Array): Promise<string> {
    try {
      const { weights } = await read(bytes, 16)
      for (const { shape, values } of weights.values()) expect(values.length).toBe(shape.reduce((a, b) => a * b, 1))
      return 'model'
    } catch (error) {
      if (error instanceof GraftError && error.message.length < 2000 && error.fix !== undefined) return error.code
      throw error
    }
  }

  it.each(files)('%s cut off anywhere', async (file) => {
    const whole = readFileSync(`${FIXTURES}${file}.onnx`)
    for (let cut = 0; cut < 60; cut++) {
      expect(await outcome(whole.subarray(0, Math.floor((cut / 60) * whole.length)))).toBe('E_MODEL_FILE')
    }
  })

  it.each(files)('%s with changed bytes', async (file) => {
    const whole = new Uint8Array(readFileSync(`${FIXTURES}${file}.onnx`))
    const random = seededRandom(13, file)
    const outcomes: string[] = []
    const before = process.memoryUsage().rss
    for (let run = 0; run < 120; run++) {
      const bytes = whole.slice()
      const at = Math.floor(random() * bytes.length)
      if (run % 3 === 0) bytes.fill(255, at, at + 8)
      else for (let byte = 0; byte < 1 + (run % 4); byte++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256) // prettier-ignore
      outcomes.push(await outcome(run % 5 === 0 ? bytes.slice(0, at).fill(0, at - 9) : bytes))
    }
    expect(outcomes.filter((code) => !['model', 'E_MODEL_FILE', 'E_MODEL_UNSUPPORTED'].includes(code))).toEqual([])
    expect(outcomes.filter((code) => code !== 'model').length).toBeGreaterThan(12)
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 2 ** 20)
  })
})
