import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as plain from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { onnxExporter } from '../../src-main/learning/exporters/onnx.ts'
import { runOnnx } from '../../src-main/learning/exporters/onnx/run/run-onnx.ts'
import { readModelProto } from '../../src-main/learning/importers/onnx/model-proto.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { lower } from '../../src-main/learning/operations/lower.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { chainModel, residual, wholeNetworks } from '../support/layer-chains.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-onnx-int8-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const REFERENCE = fileURLToPath(new URL('../fixtures/reference/onnx-int8', import.meta.url))
const HEADS = [{ name: 'kind', column: 'kind', type: 'classification' as const, classes: ['a', 'b', 'c'] }]
const { tf } = nativeRuntime()

const shapeOf = ({ network }: ExportModel): number[] => [...inferNetwork(network).shapes.get('input')!]

function rowsOf(model: ExportModel, count: number, seed: number): Float32Array[] {
  const random = seededRandom(seed, 'rows')
  const size = shapeOf(model).reduce((a, b) => a * b, 1)
  return Array.from({ length: count }, () => Float32Array.from({ length: size }, () => random() * 4 - 2))
}

function classifier(network: Network): ExportModel {
  return { ...chainModel(network), network: exportNetwork(network, HEADS), heads: HEADS }
}

async function int8Of(model: ExportModel, options = {}): Promise<string> {
  const target = mkdtempSync(join(folder, 'model-'))
  const given = { tf, rows: rowsOf(model, 20, 1), signal: new AbortController().signal }
  await onnxExporter.write(model, target, { weights: 'int8', ...options }, { calibration: async () => given })
  return join(target, 'model.onnx')
}

async function answersOf(path: string, model: ExportModel, row: Float32Array): Promise<number[]> {
  const other = plain as unknown as Tf
  await other.setBackend('wasm')
  const predict = runOnnx(other, path)
  return other.tidy(() => [...predict(other.tensor(row, [1, ...shapeOf(model)]))[0]!.dataSync()])
}

const models = (): Record<string, ExportModel> => ({
  residual: classifier(residual()),
  ...Object.fromEntries(
    Object.entries(wholeNetworks()).map(([name, network]) => [name.replaceAll(' ', '-'), classifier(network)]),
  ),
})

interface Answers {
  note: string
  readonly cases: Record<string, { shape: number[]; input: number[]; answers: number[] }>
}

describe('ONNX in int8', () => {
  it('stands in integers from the first convolution to the head', async () => {
    const path = await int8Of(classifier(residual()))
    const { initializers, nodes, opset } = readModelProto(readFileSync(path), folder)
    expect(opset).toBe(17)
    const without = nodes.filter(({ op, inputs }) => op !== 'DequantizeLinear' || !inputs[0]!.includes('.int'))
    const pair = ['QuantizeLinear', 'DequantizeLinear']
    expect(without.map(({ op }) => op)).toEqual(
      [...pair, 'Transpose', 'Conv', 'Relu', ...pair, 'Conv', ...pair, 'Add', 'MaxPool', 'Sigmoid', 'Mul', ...pair, 'Flatten', ...pair, 'Gemm', 'Softmax'], // prettier-ignore
    )
    const conv = nodes.find(({ op }) => op === 'Conv')!
    const [weight, bias] = conv.inputs.slice(1).map((name) => nodes.find(({ outputs }) => outputs[0] === name)!)
    const scalesOf = (node: typeof weight) => [...initializers.get(node!.inputs[1]!)!.read()]
    const [input] = scalesOf(nodes.find(({ op }) => op === 'QuantizeLinear'))
    expect(scalesOf(bias)).toEqual(scalesOf(weight).map((scale) => Math.fround(input! * scale)))
    expect(Math.max(...[...initializers.get(weight!.inputs[0]!)!.read()].map(Math.abs))).toBe(127)
  })

  // On what it was calibrated on: beyond its ranges a network of random weights may be anywhere. Measured: 0.005, and 0.030 of the transformer.
  it.each(Object.keys(models()))('%s: gives nearly what float32 gives', async (name) => {
    const model = models()[name]!
    const graph = lower(model, { batchNorm: 'folded' })
    for (const options of [{}, { layout: 'nchw', batchNorm: 'kept' }]) {
      const path = await int8Of(model, options)
      for (const row of rowsOf(model, 20, 1)) {
        const [expected] = runOperations(tf, graph, tf.tensor(row, [1, ...shapeOf(model)]))
        const difference = largestDifference(await answersOf(path, model, row), expected!)
        expect(difference, JSON.stringify(options)).toBeLessThan(name.includes('transformers') ? 0.045 : 0.01)
      }
    }
  })

  it('is read by Graft as ONNX Runtime reads it', async () => {
    const file = join(REFERENCE, 'answers.json')
    if (process.env['GRAFT_GOLDEN'] === 'write') return writeReference(file)
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as Answers
    expect(Object.keys(cases)).toEqual(Object.keys(models()))
    for (const [name, { input, answers }] of Object.entries(cases)) {
      const received = await answersOf(join(REFERENCE, `${name}.onnx`), models()[name]!, Float32Array.from(input))
      expect(largestDifference(received, answers), name).toBeLessThan(2e-3)
    }
  })
})

/** Files and inputs; make-onnx-int8.py adds what ONNX Runtime answers. */
async function writeReference(file: string): Promise<void> {
  const cases: Answers['cases'] = {}
  for (const [name, model] of Object.entries(models())) {
    writeFileSync(join(REFERENCE, `${name}.onnx`), readFileSync(await int8Of(model)))
    const [row] = rowsOf(model, 1, 3)
    cases[name] = { shape: [1, ...shapeOf(model)], input: [...row!], answers: [] }
  }
  writeFileSync(file, JSON.stringify({ note: '', cases }))
}
