import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as plain from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { onnxExporter } from '../../src-main/learning/exporters/onnx.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { chainModel, operationNetworks, wholeNetworks } from '../support/layer-chains.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const shapeOf = ({ network }: ExportModel): number[] => [2, ...inferNetwork(network).shapes.get('input')!]

function inputsOf(model: ExportModel): Float32Array {
  const random = seededRandom(3, 'x')
  return Float32Array.from({ length: shapeOf(model).reduce((a, b) => a * b, 1) }, () => random() * 4 - 2)
}

function inside(model: ExportModel): Float32Array {
  const tf = nativeRuntime().tf
  tf.setBackend('tensorflow')
  const values = new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }])) // prettier-ignore
  const inside = createModel(tf, model.network, values, 0)
  const [y] = tf.tidy(() =>
    inside.forward(tf.tensor(inputsOf(model), shapeOf(model))).map((each) => each.dataSync<'float32'>().slice()),
  )
  inside.dispose()
  return y!
}

async function fromFile(model: ExportModel, options: Record<string, unknown>): Promise<ArrayLike<number>> {
  const target = mkdtempSync(join(folder, 'model-'))
  await onnxExporter.write(model, target, options)
  const tf = plain as unknown as Tf
  await tf.setBackend('wasm')
  const predict = await onnxExporter.load!(tf, target)
  return tf.tidy(() =>
    predict(tf.tensor(inputsOf(model), shapeOf(model)))[0]!
      .dataSync()
      .slice(),
  )
}

describe('ONNX', () => {
  it.each(Object.entries(operationNetworks()))('%s: the file gives what the network gives', async (_name, network) => {
    const model = chainModel(network)
    const expected = inside(model)
    for (const options of [{}, { batchNorm: 'kept', layout: 'nchw' }]) {
      const received = await fromFile(model, options)
      expect(largestDifference(received, expected), JSON.stringify(options)).toBeLessThan(2e-5)
    }
  })

  it.each(Object.entries(wholeNetworks()))('%s in float16: nearly the same', async (_name, network) => {
    const model = chainModel(network)
    const difference = largestDifference(await fromFile(model, { weights: 'float16' }), inside(model))
    expect(difference).toBeLessThan(2e-2)
    expect(difference).toBeGreaterThan(1e-5)
  })
})
