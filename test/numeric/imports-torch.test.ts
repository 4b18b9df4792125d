import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import type { ImportedModel } from '../../src-main/learning/importers/importer.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { loadTensorflow } from '../../src-main/trainer/tf.ts'

const imports = fileURLToPath(new URL('../fixtures/imports', import.meta.url))

/** Made by build/verify-imports/make-torch-fixtures.py: a file and its side. */
const FIXTURES: readonly [string, number][] = [
  ['pytorch/resnet.pth', 32],
  ['pytorch/resnext.pth', 32],
  ['pytorch/vgg.pt', 64],
  ['pytorch/mobilenetv2.bin', 32],
  ['pytorch/mobilenetv3.pth', 32],
  ['pytorch/densenet.pth', 32],
  ['pytorch/efficientnet.pth', 32],
  ['pytorch/efficientnet-v2.pth', 32],
  ['pytorch/regnet.pth', 32],
  ['pytorch/convnext.pth', 32],
  ['pytorch/vit.pth', 16],
  ['pytorch/vit-positions.pth', 24],
  ['pytorch/dinov2.pth', 16],
  ['safetensors/tf_efficientnet_lite0.safetensors', 33],
  ['safetensors/efficientnet_b0.safetensors', 32],
  ['safetensors/mobilenetv3_large_100.safetensors', 32],
  ['safetensors/convnext_timm.safetensors', 32],
  ['safetensors/deit.safetensors', 16],
]

function read(file: string, inputSize: number): Promise<ImportedModel> {
  const path = join(imports, file)
  return IMPORTERS.find((importer) => importer.matches(path))!.read({ path, family: null, inputSize })
}

/** The layer that a tensor of a reference is the output of. */
function layerOf(name: string, { network }: ImportedModel): string {
  if (name === 'logits') return network.outputs[0]!
  return name === 'features' ? network.features : name.slice('layer:'.length)
}

function relativeDifference(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(received.length).toBe(expected.length)
  let [largest, scale] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(received[i]! - expected[i]!))
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return largest / scale
}

describe('a network of PyTorch gives what it gives in PyTorch', () => {
  it.each(FIXTURES)('%s at %i pixels', async (file, side) => {
    const tf = loadTensorflow()
    const imported = await read(file, side)
    const reference = readAllFloat32(join(imports, file.replace(/\.\w+$/, '.reference.safetensors')))
    const names = [...reference.keys()].filter((name) => name !== 'input')
    const outputs = names.map((name) => layerOf(name, imported))
    const model = createModel(tf, imported.network, imported.weights, 0)
    const { shape, values } = reference.get('input')!
    const results = tf.tidy(() =>
      model.forward(tf.tensor(values, [...shape]), { outputs }).map((tensor) => tensor.dataSync()),
    )
    model.dispose()
    for (const [index, name] of names.entries()) {
      expect(relativeDifference(results[index]!, reference.get(name)!.values), name).toBeLessThan(1e-4)
    }
  })

  it('has a test for every fixture', () => {
    const files = ['pytorch', 'safetensors'].flatMap((folder) => readdirSync(join(imports, folder)).map((file) => `${folder}/${file}`)) // prettier-ignore
    const models = files.filter((file) => existsSync(join(imports, file)) && !file.endsWith('.reference.safetensors'))
    expect(FIXTURES.map(([file]) => file).sort()).toEqual(models.sort())
  })
})
