import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadBaseModels } from '../../src-main/learning/catalog.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import { kerasExporter } from '../../src-main/learning/exporters/keras.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { readModelWeights } from '../../src-main/learning/weights/model-weights.ts'
import { float32Tensor, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { loadTensorflow } from '../../src-main/trainer/tf.ts'
import { exportableImport } from './exported-models.ts'
import { toyModel, toyRows } from './toy-model.ts'

const SAMPLES = 4

/** Usage: make-keras-exports.ts FOLDER. Exports of every architecture and of the shipped base model, each with inputs and
 *  the outputs that Graft gives for them: what build/verify-keras/compare.py reads. */
async function main(folder: string): Promise<void> {
  const newLayers = [
    { type: 'dense' as const, units: 6, activation: 'gelu' as const, dropout: 0.2, batchNorm: true },
    { type: 'dense' as const, units: 5, activation: 'silu' as const, dropout: 0, batchNorm: false },
  ]
  const models: Record<string, ExportModel> = {
    lenet: toyModel({ architecture: 'lenet', size: 28, newLayers }),
    mlp: toyModel({ architecture: 'mlp', size: 8, options: { activation: 'tanh', batchNorm: true, dropout: 0.1 } }),
    'resnet18-small': toyModel({ architecture: 'resnet18', size: 32 }),
    'resnet18-large': toyModel({ architecture: 'resnet18', size: 96 }),
    mobilenetv2: toyModel({ architecture: 'mobilenetv2', size: 97, newLayers }),
    'layers-of-imports': toyModel({
      architecture: 'lenet',
      size: 12,
      heads: [{ name: 'label', column: 'label', type: 'classification', classes: ['ant', 'bee', 'wasp'] }],
      change: exportableImport,
    }),
    'vit-tiny-16': toyModel({ architecture: 'vit-tiny-16', size: 32, newLayers }),
    'efficientnet-lite0': await shippedBase(),
  }
  for (const [name, model] of Object.entries(models)) {
    const target = join(folder, name)
    mkdirSync(target, { recursive: true })
    await kerasExporter.write(model, target)
    writeExpected(model, join(target, 'expected.safetensors'))
  }
}

async function shippedBase(): Promise<ExportModel> {
  const [base] = loadBaseModels(fileURLToPath(new URL('../../resources', import.meta.url)))
  if (!base) throw new Error('No base model is shipped.')
  const classes = Array.from({ length: 1000 }, (_, index) => String(index))
  const heads = [{ name: 'predictions', column: 'predictions', type: 'classification' as const, classes }]
  const network = exportNetwork(base.network, heads)
  const { weights } = inferNetwork(network)
  const values = await readModelWeights(base.weights, weights)
  return { network, weights, heads, preprocessing: base.preprocessing, read: (name) => values.get(name)!.values }
}

function writeExpected({ network, weights, read }: ExportModel, path: string): void {
  const tf = loadTensorflow()
  const values = new Map(weights.map(({ fullName, shape }) => [fullName, { shape, values: read(fullName) }]))
  const model = createModel(tf, network, values, 0)
  const shape = inferNetwork(network).shapes.get(network.layers[0]!.name)!
  const size = shape.reduce((total, value) => total * value, 1)
  const x = Float32Array.from(toyRows(SAMPLES, size).flatMap((row) => [...row]))
  const input = tf.tensor(x, [SAMPLES, ...shape])
  const outputs = model.forward(input)
  const expected = outputs.map((output, index) => {
    return float32Tensor(`y${index}`, output.shape, output.dataSync<'float32'>())
  })
  writeSafetensors(path, [float32Tensor('x', [SAMPLES, ...shape], x), ...expected])
  tf.dispose([input, ...outputs])
  model.dispose()
}

await main(process.argv[2] ?? '')
