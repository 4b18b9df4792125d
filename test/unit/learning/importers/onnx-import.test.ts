import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { ImportedModel } from '../../../../src-main/learning/importers/importer.ts'
import { onnx } from '../../../../src-main/learning/importers/onnx.ts'
import { takeModel } from '../../../../src-main/learning/importers/take-model.ts'
import { onnxFile, testTensor } from '../../../support/onnx-files.ts'
import type { TestGraph, TestNode } from '../../../support/onnx-files.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/imports/onnx/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function read(graph: TestGraph): Promise<ImportedModel> {
  const path = join(folder, 'my model.onnx')
  writeFileSync(path, onnxFile(graph))
  return onnx.read({ path, family: null, inputSize: null })
}

const fixture = (name: string): Promise<ImportedModel> => onnx.read({ path: `${FIXTURES}${name}.onnx`, family: null, inputSize: null }) // prettier-ignore

const typesOf = ({ network }: ImportedModel): string[] => network.layers.slice(1).map(({ type }) => type)

const conv: TestNode = { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] }
const chain = (...ops: Pick<TestNode, 'op' | 'attributes'>[]): TestNode[] => [
  conv,
  ...ops.map((node, index) => ({ ...node, inputs: [index === 0 ? 'c' : `t${index - 1}`], outputs: [index === ops.length - 1 ? 'y' : `t${index}`] })),
] // prettier-ignore
const tensors = [testTensor('w', 4, 3, 3, 3)]

describe('layers', () => {
  it('bear the names of the modules of PyTorch, by whichever exporter, and stand in its blocks', async () => {
    for (const name of ['vit', 'vit-opset14']) {
      const { network } = await fixture(name)
      const titles = network.layers.map(({ name: own, title }) => title ?? own)
      expect(titles).toEqual(expect.arrayContaining(['patch_embed.proj', 'blocks.0.norm1', 'blocks.0.attn', 'blocks.0.mlp.fc1', 'blocks.0.ls1', 'head'])) // prettier-ignore
      expect(network.layers.find(({ type }) => type === 'MultiHeadAttention')!.block).toBe('blocks.0')
    }
  })

  it('keep what BatchNorm had, and momentum as the share that is kept', async () => {
    const { network } = await fixture('residual')
    const norms = network.layers.filter(({ type }) => type === 'BatchNormalization')
    expect(norms.map(({ config }) => [config['epsilon'], config['momentum']])).toEqual([[1e-5, 0.9], [1e-3, 0.97], [1e-5, 0.9], [1e-5, 0.9]]) // prettier-ignore
  })

  it('tell that BatchNorm was folded, or may have been', async () => {
    expect((await fixture('residual')).problems).toEqual([])
    expect((await fixture('residual-folded')).problems).toEqual([expect.stringContaining('fine-tuning starts without it')]) // prettier-ignore
    const folded = { nodes: [{ ...conv, inputs: ['x', 'onnx::Conv_7'] }], tensors: [testTensor('onnx::Conv_7', 4, 3, 3, 3)], outputs: ['c'] } // prettier-ignore
    expect((await read(folded)).problems).toEqual([expect.stringContaining('folded into 1 convolution when')])
  })

  it('keep a softmax at their end; a logarithm of one is left out, which is told', async () => {
    const ends = (op: string): TestGraph => ({
      nodes: chain({ op: 'GlobalAveragePool' }, { op: 'Flatten' }, { op, attributes: { axis: 1 } }),
      tensors,
    })
    const { network } = await read(ends('Softmax'))
    expect(network.layers.at(-1)).toMatchObject({ type: 'Activation', config: { activation: 'softmax' } })
    expect(network.outputs).toEqual([network.layers.at(-1)!.name])
    const model = await read(ends('LogSoftmax'))
    expect(typesOf(model)).toEqual(['Conv2D', 'GlobalAveragePooling2D'])
    expect(model.problems).toContainEqual(expect.stringContaining('logarithm of a softmax, which was left out'))
  })

  it('of a dropout, an identity and a cast to floating point', async () => {
    const model = await read({ nodes: chain({ op: 'Identity' }, { op: 'Dropout', attributes: { ratio: { float: 0.25 } } }, { op: 'Cast', attributes: { to: 10 } }), tensors, opset: 9 }) // prettier-ignore
    expect(model.network.layers.at(-1)).toMatchObject({ type: 'Dropout', config: { rate: 0.25 } })
  })

  it('that share a kernel are told', async () => {
    const square = testTensor('k', 4, 4, 1, 1)
    const nodes = [conv, { op: 'Conv', inputs: ['c', 'k'], outputs: ['d'] }, { op: 'Conv', inputs: ['d', 'k'] }]
    const { problems } = await read({ nodes, tensors: [...tensors, square] })
    expect(problems).toContainEqual('Conv to d and Conv to y share weights in the file: here each has its own, which train apart.') // prettier-ignore
  })

  it('that end in a map flattened channels first end in the map, and it is told', async () => {
    const model = await read({ nodes: chain({ op: 'Flatten' }), tensors })
    expect(typesOf(model)).toEqual(['Conv2D'])
    expect(model.problems).toContainEqual(expect.stringContaining('The output y is a flattened map'))
  })
})

describe('class names', () => {
  const pooled = (notes: Record<string, string>): TestGraph => ({ nodes: chain({ op: 'GlobalAveragePool' }, { op: 'Flatten' }).slice(0, -1).concat({ op: 'Flatten', inputs: ['t0'], outputs: ['f'] }, { op: 'Gemm', inputs: ['f', 'k'] }), tensors: [...tensors, testTensor('k', 4, 3)], notes }) // prettier-ignore

  it.each<[string, Record<string, string>]>([
    ['a dict of Python', { names: `{0: 'cat', 1: "dog's", 2: 'bird'}` }],
    ['a dict in another order', { names: `{2: 'bird', 0: 'cat', 1: 'dog\\'s'}` }],
    ['a JSON list', { labels: `["cat", "dog's", "bird"]` }],
    ['a JSON object', { id2label: `{"0": "cat", "1": "dog's", "2": "bird"}` }],
    ['names between commas', { classes: `cat, dog's, bird` }],
    ['names on lines', { class_names: `cat\ndog's\nbird\n` }],
  ])('as %s', async (_case, notes) => {
    expect((await read(pooled(notes))).classes).toEqual(['cat', "dog's", 'bird'])
  })

  it('of another number are left out and told; without any there are none', async () => {
    const { classes, problems } = await read(pooled({ names: `['cat', 'dog']` }))
    expect(classes).toBeNull()
    expect(problems).toContainEqual('The file names 2 classes, the network gives 3: the names were left out.')
    expect((await read(pooled({ author: 'somebody' }))).classes).toBeNull()
  })
})

it('its preparation must be chosen, and blue first turns the first kernel round', async () => {
  const source = { path: `${FIXTURES}gates.onnx`, family: null, inputSize: null }
  const wishes = { preparation: null, labels: null, imageNet: [] }
  const [plain, turned] = [await takeModel(source, wishes), await takeModel(source, { ...wishes, preparation: 'caffe' })] // prettier-ignore
  expect(plain.preprocessing).toBeNull()
  const [a, b] = [plain, turned].map(({ weights }) => weights.get('stem/kernel')!.values)
  expect(Array.from(b!.subarray(0, 8))).toEqual(Array.from(a!.subarray(16, 24)))
})
