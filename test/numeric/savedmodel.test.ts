import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { compareOutputs } from '../../src-main/learning/exporters/compare-outputs.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { pixelInput, toPixels } from '../../src-main/learning/exporters/pixel-input.ts'
import { savedModelExporter } from '../../src-main/learning/exporters/savedmodel.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { chain, chainModel, operationNetworks } from '../support/layer-chains.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { toyModel, toyRows } from '../support/toy-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-savedmodel-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function native(): Tf {
  const { tf } = nativeRuntime()
  tf.setBackend('tensorflow')
  return tf
}

/** [head][sample][value] of the network inside. */
function inside({ network, weights, read }: ExportModel, x: Float32Array, samples: number): number[][][] {
  const tf = native()
  const values = new Map(weights.map(({ fullName, shape }) => [fullName, { shape, values: read(fullName) }]))
  const model = createModel(tf, network, values, 0)
  const shape = inferNetwork(network).shapes.get(network.layers[0]!.name)!
  const outputs = tf.tidy(() =>
    model.forward(tf.tensor(x, [samples, ...shape])).map((y) => y.arraySync() as number[][]),
  )
  model.dispose()
  return outputs
}

/** The same of the written file. */
async function exported(model: ExportModel, x: Float32Array, samples: number): Promise<number[][][]> {
  const tf = native()
  const target = mkdtempSync(join(folder, 'model-'))
  expect(savedModelExporter.refuses(model)).toBeNull()
  await savedModelExporter.write(model, target)
  const predict = await savedModelExporter.load!(tf, target)
  const shape = inferNetwork(model.network).shapes.get(model.network.layers[0]!.name)!
  return tf.tidy(() => predict(tf.tensor(x, [samples, ...shape])).map((y) => y.arraySync() as number[][]))
}

const NETWORKS: Record<string, Network> = {
  ...operationNetworks(),
  'dilation in groups': chain([['Conv2D', { filters: 4, kernel_size: 2, dilation_rate: 2, groups: 2 }]]),
}

describe('a SavedModel', () => {
  it.each(Object.entries(NETWORKS))('%s: gives the same outputs', async (_name, network) => {
    const model = chainModel(network)
    const size = inferNetwork(network)
      .shapes.get('input')!
      .reduce((a, b) => a * b, 1)
    const random = seededRandom(3, 'x')
    const x = Float32Array.from({ length: 2 * size }, () => random() * 4 - 2)
    const expected = inside(model, x, 2)
    const received = await exported(model, x, 2)
    const { maxDifference } = compareOutputs(expected, received, [{ ...model.heads[0]!, scale: { mean: 0, std: 1 } }])
    expect(maxDifference).toBeLessThan(1e-5)
    expect(received[0]![0]).not.toEqual(received[0]![1])
  })

  it('gives each head its own output, and takes pixels as bytes', async () => {
    const model = toyModel({
      architecture: 'lenet',
      size: 12,
      options: { filters: 4, hidden: 8 },
      heads: [
        { name: 'z', column: 'z', type: 'classification', classes: ['ant', 'bee', 'wasp'] },
        { name: 'a', column: 'a', type: 'regression', classes: [] },
      ],
    })
    const pixels = Float32Array.from(toyRows(2, 12 * 12 * 3).flatMap((row) => [...toPixels(row, model.preprocessing)]))
    const prepared = pixels.map((value) => (value / 255 - 0.5) / 0.5)
    const received = await exported(pixelInput(model), pixels, 2)
    expect(received.map(([values]) => values!.length)).toEqual([3, 1])
    const { maxDifference } = compareOutputs(inside(model, prepared, 2), received, model.heads)
    expect(maxDifference).toBeLessThan(1e-5)
  })

  it('lies as TensorFlow Serving wants it, and the same model gives the same bytes', async () => {
    const model = chainModel(chain([['Conv2D', { filters: 2, kernel_size: 2 }]]))
    const files = [0, 1].map(() => mkdtempSync(join(folder, 'twice-')))
    for (const target of files) await savedModelExporter.write(model, target)
    const [first, second] = files.map((target) => readFileSync(join(target, 'model', '1', 'saved_model.pb')))
    expect(first!.equals(second!)).toBe(true)
    expect(first!.includes('tensorflow/serving/predict')).toBe(true)
  })

  it('larger than a message of Protocol Buffers is refused', () => {
    const model = chainModel(chain([['Flatten', {}]]))
    const huge = { ...model, weights: [{ ...model.weights[0]!, shape: [30_000, 20_000] }] }
    expect(savedModelExporter.refuses(huge)).toMatchObject({ code: 'E_MODEL_UNSUPPORTED' })
  })
})
