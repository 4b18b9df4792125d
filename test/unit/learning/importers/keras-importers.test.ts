import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import type { Layer } from '../../../../src-main/contract/network.ts'
import { IMPORTERS } from '../../../../src-main/learning/importers/index.ts'
import type { ImportedModel } from '../../../../src-main/learning/importers/importer.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/imports/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-keras-importers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const formatOf = (path: string): string | undefined => IMPORTERS.find((importer) => importer.matches(path))?.format
const read = async (path: string): Promise<ImportedModel> =>
  IMPORTERS.find((importer) => importer.matches(path))!.read({ path, family: null, inputSize: null })

const residual = unzipSync(readFileSync(`${FIXTURES}keras/residual.keras`))

/** The fixture under another name of the model. */
function named(name: string): string {
  const config = strFromU8(residual['config.json']!).replaceAll('cut_resnet', name)
  const path = join(folder, 'named.keras')
  writeFileSync(path, zipSync({ ...residual, 'config.json': strToU8(config) }, { level: 0 }))
  return path
}

describe('importers of Keras', () => {
  it('know their files by name, and HDF5 under the newer name by its first bytes', () => {
    const old = join(folder, 'old.keras')
    copyFileSync(`${FIXTURES}h5/residual-keras2.h5`, old)
    const paths = [
      `${FIXTURES}keras/residual.keras`,
      old,
      'model.H5',
      'model.hdf5',
      `${FIXTURES}tfjs/residual`,
      'model.json',
    ]
    expect(paths.map(formatOf)).toEqual(['keras', 'h5', 'h5', 'h5', 'tfjs', 'tfjs'])
    expect(formatOf(join(folder, 'none.keras'))).toBe('keras')
    expect(formatOf(folder)).toBeUndefined()
  })

  it('give a network that holds together, each weight in its shape', async () => {
    for (const path of [
      'keras/residual.keras',
      'keras/convnext.keras',
      'h5/nested-keras2.h5',
      'tfjs/teachable-machine',
    ]) {
      const { network, weights } = await read(`${FIXTURES}${path}`)
      const inferred = inferNetwork(network).weights
      expect(Object.fromEntries([...weights].map(([name, { shape }]) => [name, shape]))).toEqual(
        Object.fromEntries(inferred.map(({ fullName, shape }) => [fullName, shape])),
      )
      for (const { shape, values } of weights.values()) expect(values).toHaveLength(shape.reduce((a, b) => a * b, 1))
      const blocks = network.blocks.map(({ name }) => name)
      expect([...new Set(network.layers.map(({ block }) => block))].toSorted()).toEqual(blocks.toSorted())
    }
  })

  it('keep names from elsewhere as titles', async () => {
    const { network } = await read(`${FIXTURES}h5/nested-keras2.h5`)
    const names = network.layers.map(({ name, title }) => (title === undefined ? name : `${title} as ${name}`))
    expect(names).toEqual([
      'input_1', 'rescaling', 'block/conv as block.conv', 'block/bn as block.bn', 'block/relu as block.relu', 'conv2d', 'bn_2', 'pool', 'hidden', 'dense',
    ]) // prettier-ignore
  })

  it('keep a softmax at their end', async () => {
    const { network } = await read(`${FIXTURES}keras/residual.keras`)
    expect(network.outputs.map((name) => network.layers.find((layer) => layer.name === name))).toEqual([
      {
        name: 'predictions',
        type: 'Dense',
        config: { units: 5, use_bias: true, activation: 'softmax' },
        inputs: ['top_dropout'],
        block: 'head',
      },
    ])
    expect(network.features).toBe('avg_pool')
  })

  it('write functions as layers, and relu6(x + 3) / 6 as what it is', async () => {
    const { network } = await read(`${FIXTURES}h5/gates-keras2.h5`)
    const activations = network.layers.filter(({ type }: Layer) => type === 'Activation').map(({ config }) => config)
    expect(activations).toEqual([{ activation: 'hard_silu' }, { activation: 'hard_sigmoid' }])
    expect(network.layers.some(({ type }) => type === 'ReLU')).toBe(false)
  })

  it('split separable convolutions, and take convolutions of one channel a group as depthwise ones', async () => {
    const squeezed = await read(`${FIXTURES}keras/squeezed.keras`)
    const parts = squeezed.network.layers.filter(({ name }) => name.startsWith('block2a_sepconv'))
    expect(parts.map(({ name, type }) => [name, type])).toEqual([['block2a_sepconv_depthwise', 'DepthwiseConv2D'], ['block2a_sepconv', 'Conv2D']]) // prettier-ignore
    const convnext = await read(`${FIXTURES}keras/convnext.keras`)
    expect(convnext.network.layers.filter(({ type }) => type === 'DepthwiseConv2D')).toHaveLength(4)
  })

  it('know the preparation of families and of networks that rescale inside', async () => {
    const numbers = async (path: string): Promise<unknown> => {
      const { family, preprocessing } = await read(path)
      return [family, preprocessing?.mean ?? null, preprocessing?.std ?? null]
    }
    expect(await numbers(`${FIXTURES}keras/squeezed.keras`)).toEqual([null, [0, 0, 0], [1 / 255, 1 / 255, 1 / 255]])
    expect(await numbers(named('mobilenetv2_1.00_224'))).toEqual(['mobilenetv2', [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]])
    expect(await numbers(named('densenet121'))).toEqual(['densenet121', [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])
    expect(await numbers(named('efficientnetb0'))).toEqual(['efficientnetb0', null, null])
    const mean = [123.68 / 255, 116.779 / 255, 103.939 / 255]
    expect(await numbers(named('resnet50'))).toEqual(['resnet50', mean, [1 / 255, 1 / 255, 1 / 255]])
    expect([(await read(named('resnet50'))).isBgr, (await read(named('densenet121'))).isBgr]).toEqual([true, false])
    expect(await numbers(`${FIXTURES}keras/residual.keras`)).toEqual([null, null, null])
  })

  it('take labels and pixels of Teachable Machine', async () => {
    const { classes, preprocessing } = await read(`${FIXTURES}tfjs/teachable-machine`)
    expect(classes).toEqual(['cat', 'dog'])
    const one = 127 / 255
    expect(preprocessing).toEqual({ kind: 'image', height: 12, width: 12, channels: 3, mean: [one, one, one], std: [one, one, one], resize: 'cover' }) // prettier-ignore
  })

  it('follow no link to a shard, and read no weights of Python objects', async () => {
    const linked = join(folder, 'linked')
    cpSync(`${FIXTURES}tfjs/residual`, linked, { recursive: true })
    rmSync(join(linked, 'group1-shard1of2.bin'))
    symlinkSync(`${FIXTURES}tfjs/residual/group1-shard1of2.bin`, join(linked, 'group1-shard1of2.bin'))
    await expect(read(linked)).rejects.toMatchObject({
      code: 'E_MODEL_FILE',
      message: expect.stringContaining('which is a link') as string,
    })
    const python = { code: 'E_MODEL_UNSUPPORTED', message: expect.stringContaining('as Python objects') as string }
    const { 'model.weights.h5': weights, ...others } = residual
    writeFileSync(join(folder, 'npz.keras'), zipSync({ ...others, 'model.weights.npz': weights! }))
    await expect(read(join(folder, 'npz.keras'))).rejects.toMatchObject(python)
  })
})
