import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createInference } from '../../src-main/learning/engine/model/inference.ts'
import { IMPORTERS } from '../../src-main/learning/importers/index.ts'
import type { ImportedModel } from '../../src-main/learning/importers/importer.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { referenceDifferences, relativeDifference } from '../support/reference-differences.ts'
import { torchReference } from '../support/torch-reference.ts'

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

/** Of the network as one native call, BatchNorm folded into its convolutions. */
function compiledDifference({ network, weights }: ImportedModel, reference: WeightValues): number {
  const { shape, values } = reference.get('input')!
  const samples = { shape: shape.slice(1), layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(nativeRuntime(), { network, weights, samples, precision: 'float32' })
  const [output] = inference.run(values as Float32Array<ArrayBuffer>)
  inference.dispose()
  return relativeDifference(output!, (reference.get('logits') ?? reference.get('features'))!.values)
}

describe('a network of PyTorch gives what it gives there, with the same gradients, plain and compiled', () => {
  it.each(FIXTURES)('%s at %i pixels', async (file, side) => {
    const imported = await read(file, side)
    const reference = torchReference(file.replace(/\.\w+$/, ''), side)
    const differences = referenceDifferences(nativeRuntime().tf, imported, reference)
    expect(differences.length).toBeGreaterThan(1)
    for (const [name, difference] of differences) expect(difference, name).toBeLessThan(1e-4)
    expect(compiledDifference(imported, reference)).toBeLessThan(1e-4)
  })

  it('keeps the fixtures of all formats under 2 MB together', () => {
    const files = readdirSync(imports, { recursive: true, encoding: 'utf8' }).map((file) =>
      statSync(join(imports, file)),
    )
    const bytes = files.reduce((total, file) => total + (file.isFile() ? file.size : 0), 0)
    expect(bytes).toBeLessThan(2e6)
  })

  it('has a test for every fixture', () => {
    const files = ['pytorch', 'safetensors'].flatMap((folder) => readdirSync(join(imports, folder)).map((file) => `${folder}/${file}`)) // prettier-ignore
    const models = files.filter((file) => existsSync(join(imports, file)) && !file.endsWith('.reference.safetensors'))
    expect(FIXTURES.map(([file]) => file).sort()).toEqual(models.sort())
  })
})
