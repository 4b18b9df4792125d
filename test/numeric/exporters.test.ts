import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as plain from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { compareOutputs } from '../../src-main/learning/exporters/compare-outputs.ts'
import { EXPORTERS } from '../../src-main/learning/exporters/index.ts'
import { EXPORTER_VARIANTS } from '../../src-main/learning/exporters/variants.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { taskCopies } from '../../src-main/learning/network/task-copies.ts'
import { createModel } from '../../src-main/learning/engine/model/model.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { toyModel, toyRows } from '../support/toy-model.ts'
import type { ToyOptions } from '../support/toy-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-exporters-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const newLayers: ToyOptions['newLayers'] = [
  { type: 'dense', units: 5, activation: 'gelu', dropout: 0.1, batchNorm: true },
  { type: 'dense', units: 4, activation: 'silu', dropout: 0, batchNorm: false },
]
function stitched(network: Network): Network {
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const stitchAfter = new Set(['conv1_pool', 'hidden1_relu'])
  return taskCopies({ network, states, sharedUpTo: null, stitchAfter }).network
}

const MODELS: [string, ToyOptions][] = [
  ['lenet', { architecture: 'lenet', size: 12, options: { filters: 4, hidden: 8 }, newLayers }],
  ['mlp', { architecture: 'mlp', size: 8, options: { hidden: '8,4', batchNorm: true, activation: 'tanh' } }],
  ['resnet18, small stem', { architecture: 'resnet18', size: 16, options: { width: 8 } }],
  ['resnet18, large stem', { architecture: 'resnet18', size: 32, options: { width: 8, stem: 'large' } }],
  ['mobilenetv2', { architecture: 'mobilenetv2', size: 33, options: { alpha: '0.35' }, newLayers }],
  ['efficientnet-lite0', { architecture: 'efficientnet-lite0', size: 32 }],
  [
    'a network per task, with cross-stitch units',
    { architecture: 'lenet', size: 12, options: { filters: 4, hidden: 8 }, change: stitched },
  ],
  ['one head', { architecture: 'lenet', size: 12, options: { filters: 4, hidden: 8 }, heads: [{ name: 'a', column: 'a', type: 'classification', classes: ['x', 'y'] }] }], // prettier-ignore
]

/** [head][sample][value] */
function runNatively({ network, weights, read }: ExportModel, rows: Float32Array[], shape: number[]): number[][][] {
  const tf = nativeRuntime().tf
  tf.setBackend('tensorflow')
  const values = new Map(
    weights.map((weight) => [weight.fullName, { shape: weight.shape, values: read(weight.fullName) }]),
  )
  const model = createModel(tf, network, values, 0)
  const outputs: number[][][] = network.outputs.map(() => [])
  for (const row of rows) {
    tf.tidy(() => {
      const heads = model.forward(tf.tensor(row, [1, ...shape]))
      heads.forEach((tensor, head) => outputs[head]!.push(Array.from(tensor.dataSync())))
    })
  }
  model.dispose()
  return outputs
}

describe.each(
  EXPORTERS.filter(({ load, type, runtime }) => load !== undefined && type !== 'rules' && runtime === undefined).map(
    (exporter) => [exporter.type, exporter] as const,
  ),
)('%s', (_type, exporter) => {
  it.each(MODELS)('%s: loaded with plain TensorFlow.js it gives the same outputs', async (name, options) => {
    const model = toyModel(options)
    const target = mkdtempSync(join(folder, `${exporter.type}-`))
    await exporter.write(model, target)
    const shape = [options.size, options.size, 3]
    const rows = toyRows(3, shape[0]! * shape[1]! * 3)
    const tf = plain as unknown as Tf
    const expected = runNatively(model, rows, shape)
    // Both packages share one engine: its backend says whose arithmetic is used.
    await tf.setBackend('wasm')
    const predict = await exporter.load!(tf, target)
    const received: number[][][] = expected.map(() => [])
    for (const row of rows) {
      tf.tidy(() => {
        const outputs = predict(tf.tensor(row, [1, ...shape]))
        outputs.forEach((tensor, head) => received[head]!.push(Array.from(tensor.dataSync())))
      })
    }
    const { maxDifference, sameTop1 } = compareOutputs(expected, received, model.heads)
    // Two implementations of float32 arithmetic; measured below 1e-6.
    expect(maxDifference, name).toBeLessThan(1e-5)
    expect(sameTop1).toBe(1)
    // Different inputs give different answers: a network that ignores its input would agree, too.
    expect(received[0]![0]).not.toEqual(received[0]![1])
  })
})

it('every exporter is offered, and the other way round', () => {
  expect(EXPORTERS.map((exporter) => exporter.type)).toEqual(EXPORTER_VARIANTS.map((variant) => variant.type))
})
