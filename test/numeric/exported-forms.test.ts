import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as plain from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { kerasExporter } from '../../src-main/learning/exporters/keras.ts'
import { tfjsExporter } from '../../src-main/learning/exporters/tfjs.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { chain, CHAIN_SHAPE, chainModel, chainNetworks } from '../support/layer-chains.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-forms-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const random = seededRandom(3, 'x')
const X = Float32Array.from({ length: 2 * CHAIN_SHAPE.reduce((a, b) => a * b, 1) }, () => random() * 4 - 2)

function inside({ network, weights, read }: ExportModel): Float32Array {
  const tf = nativeRuntime().tf
  tf.setBackend('tensorflow')
  const values = new Map(weights.map(({ fullName, shape }) => [fullName, { shape, values: read(fullName) }]))
  const model = createModel(tf, network, values, 0)
  const y = tf.tidy(() =>
    model
      .forward(tf.tensor(X, [2, ...CHAIN_SHAPE]))[0]!
      .dataSync<'float32'>()
      .slice(),
  )
  model.dispose()
  return y
}

describe.each([tfjsExporter, kerasExporter])('$type', (exporter) => {
  it.each(Object.entries(chainNetworks()))('%s: the file gives the same outputs', async (_name, network) => {
    const model = chainModel(network)
    const expected = inside(model)
    const target = mkdtempSync(join(folder, 'model-'))
    expect(exporter.refuses(model)).toBeNull()
    await exporter.write(model, target)
    const tf = plain as unknown as Tf
    await tf.setBackend('wasm')
    const predict = await exporter.load!(tf, target)
    const received = tf.tidy(() =>
      predict(tf.tensor(X, [2, ...CHAIN_SHAPE]))[0]!
        .dataSync()
        .slice(),
    )
    expect(largestDifference(received, [...expected])).toBeLessThan(2e-5)
    expect(largestDifference(received.slice(0, 3), [...received.slice(3)])).toBeGreaterThan(1e-3)
  })

  it.each([
    ['MaxPooling2D', { pool_size: 3, strides: 2, padding: [[1, 0], [1, 1]] }, /may be negative/], // prettier-ignore
    ['AveragePooling2D', { pool_size: 3, strides: 2, padding: [[1, 0], [1, 1]] }, /count into the average/], // prettier-ignore
    ['Conv2D', { filters: 2, kernel_size: 2, dilation_rate: 2, strides: 2 }, /both strides and dilation/],
  ] as const)('%s %j is refused by its name', async (type, config, why) => {
    const model = chainModel(chain([[type, config]]))
    const refusal = expect.objectContaining({ code: 'E_MODEL_UNSUPPORTED', message: expect.stringMatching(why) })
    expect(exporter.refuses(model)).toEqual(refusal)
    expect(exporter.refuses(model)!.message).toContain(`"layer0" (${type})`)
    await expect(exporter.write(model, folder)).rejects.toEqual(refusal)
  })
})
