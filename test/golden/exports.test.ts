import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { LayerType } from '../../src-main/contract/network.ts'
import type { Exporter, ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { kerasExporter } from '../../src-main/learning/exporters/keras.ts'
import { kerasPaths } from '../../src-main/learning/exporters/keras-paths.ts'
import { decodeKerasWeights } from '../../src-main/learning/exporters/keras-weights.ts'
import { liteRtExporter } from '../../src-main/learning/exporters/litert.ts'
import { onnxExporter } from '../../src-main/learning/exporters/onnx.ts'
import { rulesExporter } from '../../src-main/learning/exporters/rules.ts'
import { pytorchExporter } from '../../src-main/learning/exporters/pytorch.ts'
import { savedModelExporter } from '../../src-main/learning/exporters/savedmodel.ts'
import { tfjsExporter } from '../../src-main/learning/exporters/tfjs.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { readModelProto } from '../../src-main/learning/importers/onnx/model-proto.ts'
import { exportedImport, exportedNetwork, exportedTransformer, exportedTree } from '../support/exported-models.ts'
import { digest, golden } from '../support/golden.ts'
import { readLiteRt } from '../support/read-litert.ts'
import { toyModel } from '../support/toy-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-golden-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function written(exporter: Exporter, model: ExportModel): Promise<string> {
  const target = mkdtempSync(join(folder, `${exporter.type}-`))
  await exporter.write(model, target)
  return target
}

async function liteRtBytes(model: ExportModel, weights: string): Promise<Uint8Array> {
  const target = mkdtempSync(join(folder, 'litert-'))
  await liteRtExporter.write(model, target, { weights })
  return readFileSync(join(target, 'model.tflite'))
}

/** One line a layer, so that a difference says which. */
const lines = (layers: readonly { name: string }[]): Record<string, string> =>
  Object.fromEntries(layers.map((layer) => [layer.name, JSON.stringify(layer)]))

describe('what other programs load', () => {
  it('of Keras', async () => {
    const model = exportedNetwork()
    const entries = unzipSync(readFileSync(join(await written(kerasExporter, model), 'model.keras')))
    const { config, ...rest } = JSON.parse(strFromU8(entries['config.json']!)) as { config: { layers: { name: string }[] } } // prettier-ignore
    const { layers, ...more } = config
    await golden('keras', { entries: Object.keys(entries), metadata: JSON.parse(strFromU8(entries['metadata.json']!)), ...rest, ...more }) // prettier-ignore
    await golden('keras layers', lines(layers))
    await golden('keras paths', Object.fromEntries(kerasPaths(model.network.layers)))
    const variables = await decodeKerasWeights(entries['model.weights.h5']!, model.network.layers)
    const shapes = [...variables].map(([name, all]) => [name, all.map(({ shape }) => shape.join(' x '))] as const)
    await golden('keras variables', Object.fromEntries(shapes.filter(([, all]) => all.length > 0)))
  })

  it('of TensorFlow.js', async () => {
    const target = await written(tfjsExporter, exportedNetwork())
    const { modelTopology, weightsManifest, ...rest } = JSON.parse(readFileSync(join(target, 'model.json'), 'utf8')) as { modelTopology: { config: { layers: { name: string }[] } }; weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[] } // prettier-ignore
    const { config, ...topology } = modelTopology
    const { layers, ...more } = config
    await golden('tfjs', { files: readdirSync(target).sort(), ...rest, ...topology, ...more })
    await golden('tfjs layers', lines(layers))
    const named = weightsManifest.flatMap(({ weights }) => weights.map(({ name, shape, dtype }) => `${name} ${shape.join(' x ')} ${dtype}`)) // prettier-ignore
    await golden('tfjs weights', named)
    await golden('tfjs shard', digest(readFileSync(join(target, weightsManifest[0]!.paths[0]!))))
  })

  it('of LiteRT', async () => {
    const models = { network: exportedNetwork(), import: exportedImport(), transformer: exportedTransformer() }
    for (const [name, model] of Object.entries(models)) {
      const { operators } = readLiteRt(await liteRtBytes(model, 'float32'))
      await golden(`litert ${name}`, operators.map(({ code, version, output }) => `${code} ${version}: ${output.name} ${output.shape.join(' x ')}`)) // prettier-ignore
    }
    const large = toyModel({ architecture: 'lenet', size: 16, options: { filters: 4, hidden: 32 } })
    for (const weights of ['float32', 'float16', 'dynamic']) {
      await golden(`litert ${weights}`, digest(await liteRtBytes(large, weights)))
    }
  })

  it('of every layer type', () => {
    const models = [exportedNetwork(), exportedImport(), exportedTransformer()]
    const types = models.flatMap(({ network }) => network.layers.map(({ type }) => type))
    expect([...new Set(types)].sort()).toEqual(LayerType.options.toSorted())
  })

  it.each([
    ['an import', exportedImport()],
    ['a transformer', exportedTransformer()],
  ])('of %s', async (name, model) => {
    const entries = unzipSync(readFileSync(join(await written(kerasExporter, model), 'model.keras')))
    const { config } = JSON.parse(strFromU8(entries['config.json']!)) as { config: { layers: { name: string }[] } }
    await golden(`keras layers of ${name}`, lines(config.layers))
    const target = await written(tfjsExporter, model)
    const { modelTopology } = JSON.parse(readFileSync(join(target, 'model.json'), 'utf8')) as { modelTopology: { config: { layers: { name: string }[] } } } // prettier-ignore
    await golden(`tfjs layers of ${name}`, lines(modelTopology.config.layers))
  })

  it.each([
    ['all layers', exportedNetwork()],
    ['an import', exportedImport()],
    ['a transformer', exportedTransformer()],
  ])('of PyTorch: %s', async (name, model) => {
    const target = await written(pytorchExporter, model)
    await golden(`pytorch of ${name}`, readFileSync(join(target, 'model.py'), 'utf8').split('\n'))
    const tensors = readAllFloat32(join(target, 'model.safetensors'))
    const named = [...tensors].map(([tensor, { shape, values }]) => [tensor, `${shape.join(' x ')} ${digest(values)}`])
    await golden(`pytorch tensors of ${name}`, Object.fromEntries(named))
  })

  it('of TensorFlow', async () => {
    const target = await written(savedModelExporter, exportedNetwork())
    await golden('savedmodel', digest(readFileSync(join(target, 'model', '1', 'saved_model.pb'))))
  })

  it.each([
    ['a network', exportedNetwork(), {}],
    ['a network of pixels, channels first, as it was trained, in float16', { ...exportedNetwork(), takesPixels: true }, { layout: 'nchw', batchNorm: 'kept', weights: 'float16' }], // prettier-ignore
    ['an import', exportedImport(), {}],
    ['a transformer', exportedTransformer(), {}],
  ])('of ONNX: %s', async (name, model, options) => {
    const target = mkdtempSync(join(folder, 'onnx-'))
    await onnxExporter.write(model, target, options)
    const bytes = readFileSync(join(target, 'model.onnx'))
    const { inputs, initializers, nodes, notes, opset, outputs, producer } = readModelProto(bytes, target)
    const said = nodes.map((node) => [node.name, `${node.op} ${node.inputs.join(', ')}`] as const)
    await golden(`onnx nodes of ${name}`, Object.fromEntries(said))
    const tensors = [...initializers].map(([tensor, { shape }]) => `${tensor} ${shape.join(' x ')}`)
    await golden(`onnx of ${name}`, { opset, producer, inputs, outputs, notes: Object.fromEntries(notes), tensors, file: digest(bytes) }) // prettier-ignore
  })

  it('of the rules of a tree', async () => {
    const target = await written(rulesExporter, await exportedTree())
    await golden('rules', {
      files: readdirSync(target).sort(),
      tree: JSON.parse(readFileSync(join(target, 'tree.json'), 'utf8')),
      rules: readFileSync(join(target, 'rules.txt'), 'utf8').split('\n'),
    })
  })
})
