import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kerasExporter } from '../../../../src-main/learning/exporters/keras.ts'
import { tfjsExporter } from '../../../../src-main/learning/exporters/tfjs.ts'
import { kerasImporter } from '../../../../src-main/learning/importers/keras.ts'
import { tfjsImporter } from '../../../../src-main/learning/importers/tfjs.ts'
import { layerConfig } from '../../../../src-main/learning/network/layer-config.ts'
import type { Layer } from '../../../../src-main/contract/network.ts'
import { toyModel } from '../../../support/toy-model.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graft-own-exports-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FORMATS = [
  { format: 'Keras', exporter: kerasExporter, importer: kerasImporter, file: 'model.keras' },
  { format: 'TensorFlow.js', exporter: tfjsExporter, importer: tfjsImporter, file: '' },
]
const NEW_LAYERS = [{ type: 'dense' as const, units: 6, activation: 'gelu' as const, dropout: 0.2, batchNorm: true }]
const MODELS = [
  { architecture: 'lenet', size: 28 },
  { architecture: 'mobilenetv2', size: 33, options: { alpha: '0.35' }, newLayers: NEW_LAYERS },
  { architecture: 'wide-resnet', size: 32 },
]

/** What a layer does; initializers play no part any more. */
function meaning(layer: Layer): unknown {
  const config = Object.entries(layerConfig(layer, layer.type)).filter(
    ([key, value]) => value !== undefined && value !== null && !/initializer|data_format|seed/.test(key),
  )
  const told = Object.fromEntries(config)
  // Keras: the pool size where no strides are told.
  if ('pool_size' in told) told['strides'] ??= told['pool_size']
  return { name: layer.name, type: layer.type, inputs: layer.inputs, config: told }
}

describe.each(FORMATS)('what Graft exports for $format', ({ exporter, importer, file }) => {
  it.each(MODELS)('comes back as it was written: $architecture', async (options) => {
    const model = toyModel(options)
    await exporter.write(model, folder)
    const { network, weights, problems } = await importer.read({
      path: join(folder, file),
      family: null,
      inputSize: null,
    })
    expect(problems).toEqual([])
    expect(network.outputs).toEqual(model.network.outputs)
    expect(network.layers.map(meaning)).toEqual(model.network.layers.map(meaning))
    for (const { fullName } of model.weights) expect(weights.get(fullName)!.values).toEqual(model.read(fullName))
  })
})
