import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { IMPORTERS } from '../../../../src-main/learning/importers/index.ts'
import type { ImportedModel, ModelSource } from '../../../../src-main/learning/importers/importer.ts'
import { efficientnetTimm } from '../../../../src-main/learning/importers/torch/families/efficientnet-timm.ts'
import { importStateDict } from '../../../../src-main/learning/importers/torch/import-state-dict.ts'
import { findStateDict, withoutPrefixes } from '../../../../src-main/learning/importers/torch/state-dict.ts'
import type { StateDict, StateTensor } from '../../../../src-main/learning/importers/torch/state-dict.ts'
import { TorchNetwork } from '../../../../src-main/learning/importers/torch/torch-network.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { openSafetensors } from '../../../../src-main/learning/weights/safetensors.ts'

const fixtures = fileURLToPath(new URL('../../../fixtures/imports', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-torch-import-'))
afterEach(() => rmSync(join(folder, 'config.json'), { force: true }))

const error = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string })

function read(path: string, more: Partial<ModelSource> = {}): Promise<ImportedModel> {
  const importer = IMPORTERS.find((each) => each.matches(path))!
  return importer.read({ path, family: null, inputSize: null, ...more })
}

/** A copy of a fixture under another name, with a config.json beside it. */
function copied(fixture: string, name: string, config?: unknown): string {
  const path = join(folder, name)
  copyFileSync(join(fixtures, fixture), path)
  if (config !== undefined) writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config)) // prettier-ignore
  return path
}

const LITE = 'safetensors/tf_efficientnet_lite0.safetensors'
const DEIT = 'safetensors/deit.safetensors'

/** The state dict of a fixture, changed. */
function changed(
  fixture: string,
  change: (state: Map<string, { shape: readonly number[]; read(): Float32Array }>) => void,
): StateDict {
  const file = openSafetensors(join(fixtures, fixture))
  const state = new Map(
    file.entries.map(({ name, shape }) => {
      const { values } = file.readFloat32(name)
      return [name, { shape, read: () => values }]
    }),
  )
  file.close()
  change(state)
  return state
}

const imported = (state: StateDict, family: string | null = 'efficientnet_lite0'): ImportedModel =>
  importStateDict(state, { path: join(folder, 'weights.bin'), family, inputSize: 32 }, 'test')

describe('a state dict', () => {
  it('of no known network is refused with what is known and what was seen', () => {
    const state: StateDict = new Map([['encoder.weight', { shape: [4, 2], read: () => new Float32Array(8) }]])
    const refusal = error('E_MODEL_UNSUPPORTED', '"encoder.weight" [4, 2]'.replaceAll('"', ''))
    expect(() => imported(state, null)).toThrow(refusal)
    expect(() => imported(state, null)).toThrow(expect.objectContaining({ fix: expect.stringContaining('ResNet 18 to 152') as string })) // prettier-ignore
  })

  it('says what is missing and what does not belong', () => {
    const state = changed(LITE, (tensors) => {
      tensors.delete('blocks.2.0.bn2.running_mean')
      tensors.set('extra.weight', { shape: [1], read: () => new Float32Array(1) })
    })
    const message = 'missing (or of another rank): blocks.2.0.bn2.running_mean; not part of it: extra.weight'
    expect(() => imported(state)).toThrow(error('E_MODEL_UNSUPPORTED', message))
  })

  it('without a classifier ends in its features, and says so', () => {
    const { network, problems } = imported(changed(LITE, (tensors) => ['weight', 'bias'].forEach((name) => tensors.delete(`classifier.${name}`)))) // prettier-ignore
    expect(network.outputs).toEqual([network.features])
    expect(problems).toContainEqual(expect.stringContaining('no classifier'))
  })

  it('with tensors of another size is broken by the name of the tensor', () => {
    const state = changed(LITE, (tensors) => tensors.set('bn1.bias', { shape: [9], read: () => new Float32Array(9) }))
    expect(() => imported(state)).toThrow(error('E_MODEL_FILE', 'bn1.bias'))
  })

  it('with weights that are no numbers says which', () => {
    const { problems } = imported(changed(LITE, (tensors) => tensors.get('bn1.bias')!.read().fill(NaN)))
    expect(problems).toContainEqual(expect.stringContaining('bn1/beta'))
  })
})

describe('what looks like a known network, but is another', () => {
  it('has depths that tell the activation from no name: refused', () => {
    const state = changed(LITE, () => undefined)
    expect(() => imported(state, null)).toThrow(error('E_MODEL_UNSUPPORTED', 'no depth and width that Graft knows'))
    expect(imported(state).family).toBe('efficientnet_lite0')
  })

  it('takes grey images: refused, never read as a convolution in groups', () => {
    const grey = changed(DEIT, (tensors) => tensors.set('patch_embed.proj.weight', { shape: [64, 1, 4, 4], read: () => new Float32Array(1024) })) // prettier-ignore
    expect(() => imported(grey, null)).toThrow(error('E_MODEL_UNSUPPORTED', 'images of 1 channels'))
  })
})

describe('the dict of tensors', () => {
  const isTensor = (value: unknown): value is string => typeof value === 'string'

  it('is found inside what trainers save, beside counters that are tensors', () => {
    const weights = new Map([['a', 'A']])
    expect(findStateDict(new Map([['a', 'A']]), isTensor)).toEqual(weights)
    const checkpoint = new Map<string, unknown>([['step', 'S'], ['model', weights]]) // prettier-ignore
    expect(findStateDict(checkpoint, isTensor)).toEqual(weights)
    expect(findStateDict(new Map([['state_dict', checkpoint]]), isTensor)).toEqual(weights)
    expect(findStateDict([weights], isTensor)).toBeNull()
  })

  it('that holds itself is none', () => {
    const circle = new Map<string, unknown>()
    circle.set('model', circle)
    expect(findStateDict(circle, isTensor)).toBeNull()
  })

  it('loses prefixes that all names have, and no others', () => {
    const names = (...given: string[]) => [...withoutPrefixes(new Map(given.map((name) => [name, name]))).keys()]
    expect(names('module.model.a', 'module.model.b')).toEqual(['a', 'b'])
    expect(names('model.a', 'loss.b')).toEqual(['model.a', 'loss.b'])
    expect(names('_orig_mod.module.a')).toEqual(['a'])
  })
})

describe('what is known beside the tensors', () => {
  it.each([
    ['tf_efficientnet_lite0-0aa007d2.safetensors', 'same', 1e-3],
    ['efficientnet_lite0_ra-37913777.safetensors', 'valid', 1e-5],
  ])('%s pads and normalises in the way of its name', async (name, padding, epsilon) => {
    const { network } = await read(copied(LITE, name))
    const layer = (type: string) => network.layers.find((each) => each.type === type)!.config
    expect(layer('Conv2D')).toMatchObject({ strides: [2, 2], padding })
    expect(layer('BatchNormalization')).toMatchObject({ epsilon, momentum: 0.9 })
  })

  it('of the two readings of the same tensors, the one that was taken is said', () => {
    const depths = [1, 2, 2, 3, 3, 4, 1]
    const names = depths.flatMap((count, stage) => Array.from({ length: count }, (_, block) => `blocks.${stage}.${block}.bn1.weight`)) // prettier-ignore
    const state: StateDict = new Map<string, StateTensor>([
      ['conv_head.weight', { shape: [1280, 320, 1, 1], read: () => new Float32Array(1280 * 320) }],
      ...names.map((name) => [name, { shape: [1], read: () => new Float32Array(1) }] as const),
    ])
    const problems = (architecture: string | null): readonly string[] => {
      const variant = efficientnetTimm.variant(state, { architecture })
      const torch = new TorchNetwork(variant.name, 224, state)
      efficientnetTimm.build(torch, variant, { architecture })
      return [variant.name, ...torch.problems.filter((problem) => problem.includes('same tensors'))]
    }
    const said = 'these were read as tf_efficientnet_lite0. If they are the others, name the family efficientnet_lite0'
    expect(problems(null)).toEqual(['tf_efficientnet_lite0', expect.stringContaining(said)])
    expect(problems('efficientnet_lite0')).toEqual(['efficientnet_lite0'])
    expect(problems('tf_efficientnet_lite0')).toEqual(['tf_efficientnet_lite0'])
  })

  it("timm's config.json tells the pixels and the side", async () => {
    const config = { architecture: 'deit_tiny_patch16_224', pretrained_cfg: { mean: [0.1, 0.2, 0.3], std: [1, 2, 3], input_size: [3, 24, 24] } } // prettier-ignore
    const { preprocessing, network } = await read(copied(DEIT, 'model.safetensors', config))
    expect(preprocessing).toEqual({ kind: 'image', height: 24, width: 24, channels: 3, mean: [0.1, 0.2, 0.3], std: [1, 2, 3], resize: 'cover' }) // prettier-ignore
    expect(network.layers[0]!.config).toEqual({ shape: [24, 24, 3] })
  })

  it.each([
    ['no', undefined, 0],
    ["another program's", { model_type: 'vit' }, 0],
    ['a broken', '{', 0],
    ["another network's", { architecture: 'resnet50', mean: [0, 0, 0], std: [1, 1, 1] }, 1],
  ])('with %s config.json the pixels of a ViT are not known', async (_, config, said) => {
    const { preprocessing, problems } = await read(copied(DEIT, 'model.safetensors', config))
    expect(preprocessing).toBeNull()
    expect(problems.filter((problem) => problem.includes('config.json'))).toHaveLength(said)
  })

  it('a family that is not of the tensors is refused', async () => {
    await expect(read(copied(DEIT, 'model.safetensors'), { family: 'resnet50' })).rejects.toThrow('not of resnet50')
  })
})

describe('an input size', () => {
  it('that is no whole number of patches is refused with what fits', async () => {
    const refusal = expect.objectContaining({ code: 'E_MODEL_UNSUPPORTED', fix: 'Choose a multiple of 4 pixels.' }) as Error // prettier-ignore
    await expect(read(join(fixtures, DEIT), { inputSize: 18 })).rejects.toThrow(refusal)
  })

  it('that a flattened map does not fit is refused with what fits', async () => {
    const path = join(fixtures, 'pytorch/vgg.pt')
    await expect(read(path, { inputSize: 96 })).rejects.toThrow('3 x 3')
    const { network } = await read(path, { inputSize: 128 })
    expect(inferNetwork(network).shapes.get('avgpool')).toEqual([2, 2, 8])
  })

  it('that is too small is refused', async () => {
    await expect(read(join(fixtures, 'pytorch/densenet.pth'), { inputSize: 3 })).rejects.toThrow('does not work')
  })
})
