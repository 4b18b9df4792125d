import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Layer } from '../../../../src-main/contract/network.ts'
import type { ImagePreparation } from '../../../../src-main/learning/importers/importer.ts'
import { graft } from '../../../../src-main/learning/importers/graft.ts'
import { preprocessingOf } from '../../../../src-main/learning/importers/preparations.ts'
import { reverseChannels } from '../../../../src-main/learning/importers/reverse-channels.ts'
import { named, preparedAs, takeModel } from '../../../../src-main/learning/importers/take-model.ts'
import { fittingSizes } from '../../../../src-main/learning/importers/fitting-sizes.ts'
import { nameOfFile } from '../../../../src-main/learning/bases/name-of-file.ts'
import { COLOURS, randomWeights, smallClassifier, writeGraftModel } from '../../../support/graft-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-take-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const source = (path: string) => ({ path, family: null, inputSize: null })
const wishes = { preparation: null, labels: null, imageNet: [] }
const text = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('a model as its file has it', () => {
  it('is taken with its classes, its preparation and every weight', async () => {
    const model = await takeModel(source(writeGraftModel(join(folder, 'whole'))), wishes)
    expect([model.classes, model.preparation, model.isBgr]).toEqual([COLOURS, 'file', false])
    expect([...model.weights.keys()].sort()).toEqual([...randomWeights(smallClassifier()).keys()].sort())
  })

  it('names no classes where each output is a sigmoid of its own, and says so', async () => {
    const network = smallClassifier()
    network.layers.at(-1)!.config['activation'] = 'sigmoid'
    const model = await takeModel(source(writeGraftModel(join(folder, 'several'), { network })), wishes)
    expect([model.classes, model.problems.length]).toEqual([null, 1])
    expect(model.problems[0]).toContain('sigmoid')
  })

  it('is refused where a weight is no number', async () => {
    const weights = new Map(randomWeights(smallClassifier()))
    weights.set('classes/bias', { shape: [3], values: Float32Array.of(0, Number.NaN, 0) })
    const path = writeGraftModel(join(folder, 'nan'), { weights })
    await expect(takeModel(source(path), wishes)).rejects.toMatchObject({
      code: 'E_MODEL_FILE',
      message: expect.stringContaining('classes/bias') as string,
    })
  })

  it('is refused where a weight is missing', async () => {
    const weights = new Map(randomWeights(smallClassifier()))
    weights.delete('classes/kernel')
    const path = writeGraftModel(join(folder, 'missing'), { weights })
    await expect(takeModel(source(path), wishes)).rejects.toThrow('classes/kernel')
  })

  it('is refused where nothing reads it', async () => {
    const path = text('words.keras.txt', 'no model')
    await expect(takeModel(source(path), wishes)).rejects.toMatchObject({ code: 'E_MODEL_FILE' })
  })
})

describe('class names', () => {
  const path = writeGraftModel(join(folder, 'named'))

  it.each([
    ['lines.txt', 'tench\ncrane\ncrane\n', ['tench', 'crane (1)', 'crane (2)']],
    ['list.json', '["a", "b", "c"]', ['a', 'b', 'c']],
    ['index.json', '{"0": ["n0", "a"], "2": ["n2", "c"], "1": ["n1", "b"]}', ['a', 'b', 'c']],
  ])('of %s come before those of the file', async (name, content, classes) => {
    expect((await takeModel(source(path), { ...wishes, labels: text(name, content) })).classes).toEqual(classes)
  })

  it.each([
    ['two.txt', 'a\nb', 'Expected 3 class names. Received: 2'],
    ['gap.json', '{"0": "a", "2": "c"}', 'no class 1'],
    ['broken.json', '["a"', 'broken JSON'],
    ['other.json', '{"names": 3}', 'another kind of JSON'],
  ])('of %s are refused', async (name, content, message) => {
    await expect(takeModel(source(path), { ...wishes, labels: text(name, content) })).rejects.toThrow(message)
  })
})

it('a known family of 1000 outputs is taken for ImageNet’s, and that is said; other networks are not', async () => {
  const network = smallClassifier()
  network.layers.at(-1)!.config['units'] = 1000
  const imageNet = Array.from({ length: 1000 }, (_, i) => `class ${i}`)
  const path = writeGraftModel(join(folder, 'thousand'), { network, classes: [] })
  const read = { ...(await graft.read(source(path))), classes: null }
  const unknown = named(read, { ...wishes, imageNet })
  const known = named({ ...read, family: 'resnet50' }, { ...wishes, imageNet })
  expect([unknown.classes, unknown.problems, known.classes]).toEqual([null, [], imageNet])
  expect(known.problems[0]).toContain('ImageNet')
})

describe('preparations', () => {
  it.each<[Parameters<typeof preprocessingOf>[0], number[], number[]]>([
    ['0..1', [0, 0, 0], [255 / 255, 1, 1]],
    ['-1..1', [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]],
    ['raw', [0, 0, 0], [1 / 255, 1 / 255, 1 / 255]],
    [{ mean: [0.1, 0.2, 0.3], std: [1, 2, 3] }, [0.1, 0.2, 0.3], [1, 2, 3]],
  ])('%s', (preparation, mean, std) => {
    expect(preprocessingOf(preparation, [8, 9, 3])).toMatchObject({ height: 8, width: 9, channels: 3, mean, std })
  })

  it('of colours do not fit a grey input', () => {
    expect(() => preprocessingOf('imagenet', [8, 8, 1])).toThrow('three channels')
    expect(() => preprocessingOf({ mean: [0], std: [1] }, [8, 8, 3])).toThrow('one per channel')
  })

  it('caffe turns the first kernel round: the weight of blue is then that of red', () => {
    const network = smallClassifier()
    const first = network.layers.find(({ type }) => type === 'Conv2D')!.name
    const weights = randomWeights(network)
    const model = { format: 'x', family: null, network, weights, classes: null, preprocessing: null, problems: [] }
    const taken = preparedAs(model, 'caffe')
    const [before, after] = [weights, taken.weights].map((all) => all.get(`${first}/kernel`)!)
    const [height = 0, width = 0, inputs = 0, outputs = 0] = before!.shape
    expect([inputs, taken.isBgr]).toEqual([3, true])
    const at = (values: Float32Array, y: number, x: number, channel: number, output: number): number =>
      values[((y * width + x) * inputs + channel) * outputs + output]!
    for (let y = 0; y < height; y++) {
      for (const channel of [0, 1, 2]) {
        expect(at(after!.values, y, 1, channel, 2)).toBe(at(before!.values, y, 1, 2 - channel, 2))
      }
    }
    expect(reverseChannels(network, taken.weights).get(`${first}/kernel`)!.values).toEqual(before!.values)
    expect((taken.preprocessing as ImagePreparation).mean.map((mean) => mean * 255)).toEqual([123.68, 116.779, 103.939])
  })

  it('caffe is refused where something else takes the colours first', () => {
    const network = smallClassifier()
    const [input, ...rest] = network.layers
    const norm: Layer = {
      name: 'norm',
      type: 'BatchNormalization',
      config: {},
      inputs: [input!.name],
      block: input!.block,
    }
    const layers = [input!, norm, ...rest.map((layer) => ({ ...layer, inputs: layer.inputs.map((name) => (name === input!.name ? 'norm' : name)) }))] // prettier-ignore
    expect(() => reverseChannels({ ...network, layers }, randomWeights(network))).toThrow('norm (BatchNormalization)')
  })
})

it('sides at which the weights fit: a network that flattens has one', () => {
  expect(fittingSizes(smallClassifier())).toEqual([32])
})

it.each([
  ['/a/resnet50-0676ba61.pth', 'resnet50'],
  ['/a/my model.weights.h5', 'my model'],
  ['/a/folder', 'folder'],
])('the name of %s is %s', (path, name) => {
  expect(nameOfFile(path)).toBe(name)
})
