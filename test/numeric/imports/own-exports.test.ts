import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import type { Manifest } from '../../../src-main/contract/trainer.ts'
import { ALL_ARCHITECTURES } from '../../../src-main/learning/architectures/index.ts'
import { initialWeights } from '../../../src-main/learning/engine/model/initial-weights.ts'
import type { ExportModel } from '../../../src-main/learning/exporters/exporter.ts'
import { exportNetwork } from '../../../src-main/learning/exporters/export-network.ts'
import { kerasExporter } from '../../../src-main/learning/exporters/keras.ts'
import { tfjsExporter } from '../../../src-main/learning/exporters/tfjs.ts'
import { createPlainInference } from '../../../src-main/learning/engine/model/plain-inference.ts'
import { checkImported } from '../../../src-main/learning/importers/check-imported.ts'
import type { ImportedModel } from '../../../src-main/learning/importers/importer.ts'
import { IMPORTERS } from '../../../src-main/learning/importers/index.ts'
import { withoutSoftmax } from '../../../src-main/learning/network/without-softmax.ts'
import { inferNetwork } from '../../../src-main/learning/network/infer.ts'
import { IMAGE } from '../../support/exported-models.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import { relativeDifference } from '../../support/reference-differences.ts'
import { torchReference } from '../../support/torch-reference.ts'

/** What Graft exports is a file from elsewhere as any other: read again, it gives the same answers. */

const FIXTURES = fileURLToPath(new URL('../../fixtures/imports/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-own-exports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NETWORKS: [file: string, side: number][] = [
  ['pytorch/resnet.pth', 32],
  ['pytorch/resnext.pth', 32],
  ['pytorch/densenet.pth', 32],
  ['pytorch/regnet.pth', 32],
  ['pytorch/mobilenetv2.bin', 32],
  ['pytorch/mobilenetv3.pth', 32],
  ['pytorch/efficientnet.pth', 32],
  ['pytorch/efficientnet-v2.pth', 32],
  ['safetensors/tf_efficientnet_lite0.safetensors', 33],
  ['pytorch/vgg.pt', 64],
  ['pytorch/convnext.pth', 32],
  ['safetensors/convnext_timm.safetensors', 32],
  ['pytorch/vit.pth', 16],
  ['pytorch/vit-positions.pth', 24],
  ['pytorch/dinov2.pth', 16],
  ['safetensors/deit.safetensors', 16],
]
const FORMATS = [
  { format: 'Keras', exporter: kerasExporter, file: 'model.keras' },
  { format: 'TensorFlow.js', exporter: tfjsExporter, file: 'model.json' },
]

type Format = (typeof FORMATS)[number]
const visionTransformer = ALL_ARCHITECTURES.find(({ type }) => type === 'vit-tiny-16')!

function read(path: string, inputSize: number | null): Promise<ImportedModel> {
  return IMPORTERS.find((importer) => importer.matches(path))!.read({ path, family: null, inputSize })
}

function exportOf({ network, weights }: ImportedModel): ExportModel {
  const { shapes } = inferNetwork(network)
  const width = shapes.get(network.outputs[0]!)!.at(-1)!
  const classes = Array.from({ length: width }, (_, i) => `class ${i}`)
  const heads: Manifest['heads'] = [{ name: 'label', column: 'label', type: 'classification', classes }]
  const exported = exportNetwork(network, heads)
  const read = (name: string) => weights.get(name)!.values
  return { network: exported, weights: inferNetwork(exported).weights, read, preprocessing: IMAGE, heads }
}

function answers({ network, weights }: ImportedModel, x: Float32Array, shape: readonly number[]): Float32Array {
  const inference = createPlainInference(nativeRuntime(), { network, weights, samples: { shape } })
  const [output] = inference.run(x)
  inference.dispose()
  return output!
}

/** Through a file of a format: the largest difference of its answers, relative to the largest of them. */
async function roundTrip(
  model: ImportedModel,
  x: Float32Array,
  sample: readonly number[],
  { format, exporter, file }: Format,
): Promise<number> {
  const target = mkdtempSync(join(folder, `${format}-`))
  await exporter.write(exportOf(model), target)
  const back = await read(join(target, file), null)
  checkImported(back)
  const network = withoutSoftmax(back.network)
  return relativeDifference(answers({ ...back, network }, x, sample), answers(model, x, sample))
}

describe.each(NETWORKS)('%s at %i pixels', (file, side) => {
  it.each(FORMATS)('comes back from $format with equal answers', async (format) => {
    const model = await read(join(FIXTURES, file), side)
    const { shape, values } = torchReference(file.replace(/\.\w+$/, ''), side).get('input')!
    expect(await roundTrip(model, values as Float32Array, shape.slice(1), format)).toBeLessThan(1e-5)
  })
})

describe('a transformer of three heads', () => {
  it.each(FORMATS)('comes back from $format with equal answers', async (format) => {
    const sample = [32, 32, 3]
    const network = visionTransformer.build(visionTransformer.params.schema.parse({}) as never, {
      kind: 'image',
      size: 32,
      channels: 3,
    })
    const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
    const weights = initialWeights(network, { states, base: null, seed: 3 })
    const model = { format: '', family: null, network, weights, classes: null, preprocessing: null, problems: [] }
    const random = seededRandom(2)
    const x = Float32Array.from({ length: 2 * 32 * 32 * 3 }, () => random() * 2 - 1)
    expect(await roundTrip(model, x, sample, format)).toBeLessThan(1e-5)
  })
})
