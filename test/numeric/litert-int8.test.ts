import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { liteRtExporter } from '../../src-main/learning/exporters/litert.ts'
import { lower } from '../../src-main/learning/operations/lower.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'
import { CHAIN_SHAPE, chain, chainModel, residual } from '../support/layer-chains.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { type ReadLiteRt, readLiteRt } from '../support/read-litert.ts'
import { runLiteRt } from '../support/run-litert.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-litert-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { tf } = nativeRuntime()
const HEADS = [{ name: 'kind', column: 'kind', type: 'classification' as const, classes: ['a', 'b', 'c'] }]
const rows = (count: number, seed: number): Float32Array[] => {
  const random = seededRandom(seed, 'rows')
  const size = CHAIN_SHAPE.reduce((a, b) => a * b, 1)
  return Array.from({ length: count }, () => Float32Array.from({ length: size }, () => random() * 4 - 2))
}

function classifier(network: Network): ExportModel {
  return { ...chainModel(network), network: exportNetwork(network, HEADS), heads: HEADS }
}

async function int8Of(model: ExportModel, calibration = rows(20, 1)): Promise<ReadLiteRt> {
  const target = mkdtempSync(join(folder, 'model-'))
  const given = { tf, rows: calibration, signal: new AbortController().signal }
  await liteRtExporter.write(model, target, { weights: 'int8' }, { calibration: () => Promise.resolve(given) })
  return readLiteRt(readFileSync(join(target, 'model.tflite')))
}

describe('int8', () => {
  it('computed in integers, it gives nearly the probabilities of float32', async () => {
    const model = classifier(residual())
    const file = await int8Of(model)
    expect(file.operators.map(({ code }) => code)).toEqual(
      ['QUANTIZE', 'CONV_2D', 'DEPTHWISE_CONV_2D', 'ADD', 'MAX_POOL_2D', 'LOGISTIC', 'MUL', 'RESHAPE', 'FULLY_CONNECTED', 'SOFTMAX', 'DEQUANTIZE'], // prettier-ignore
    )
    const graph = lower(model, { batchNorm: 'folded' })
    let [largest, spread] = [0, 0]
    for (const row of rows(20, 2)) {
      const [expected] = runOperations(tf, graph, tf.tensor(row, [1, ...CHAIN_SHAPE]))
      const [received] = runLiteRt(file, row)
      received!.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - expected![i]!))))
      spread = Math.max(spread, Math.abs(expected![0]! - 1 / 3))
    }
    // Two steps of a probability, which are 1 / 256 each; measured 0.006.
    expect(largest).toBeLessThan(0.012)
    expect(spread).toBeGreaterThan(0.1)
  })

  it('scales are those of the specification', async () => {
    const { tensors, operators } = await int8Of(classifier(residual()))
    const of = (code: string) => operators.find((operator) => operator.code === code)!
    for (const code of ['SOFTMAX', 'LOGISTIC']) expect(of(code).output).toMatchObject({ scales: [1 / 256], zeroPoints: [-128] }) // prettier-ignore
    const pool = of('MAX_POOL_2D')
    expect(pool.output).toMatchObject({ scales: pool.inputs[0]!.scales, zeroPoints: pool.inputs[0]!.zeroPoints })
    const [x, filter, bias] = of('CONV_2D').inputs
    expect(bias).toMatchObject({ type: 'int32', axis: 0 })
    bias!.scales.forEach((scale, i) => expect(scale).toBe(Math.fround(x!.scales[0]! * filter!.scales[i]!)))
    expect(filter!.zeroPoints).toEqual([0, 0, 0, 0])
    // After ReLU nothing is negative.
    expect(of('CONV_2D').output.zeroPoints).toEqual([-128])
    expect(operators.map(({ code, version }) => `${code} ${version}`)).toContain('CONV_2D 3')
    expect(tensors.every(({ type }) => ['int8', 'int32', 'float32'].includes(type))).toBe(true)
  })

  it('values that are joined get the scale of the whole', async () => {
    const network = chain([['Conv2D', { filters: 4, kernel_size: 1 }], ['Concatenate', {}]]) // prettier-ignore
    network.layers[2]!.inputs = ['input', 'layer0']
    const joined = (await int8Of(classifier(network))).operators.find(({ code }) => code === 'CONCATENATION')!
    for (const { scales, zeroPoints } of joined.inputs) {
      expect({ scales, zeroPoints }).toEqual({ scales: joined.output.scales, zeroPoints: joined.output.zeroPoints })
    }
  })

  it('what prepares the input, and what has no integers, stays float32', async () => {
    const network = chain([
      ['Normalization', { mean: [0.5, 0.1, 0.2, 0], variance: [4, 1, 2, 0.5] }],
      ['Conv2D', { filters: 4, kernel_size: 1 }],
      ['LayerNormalization', {}],
    ])
    const { operators } = await int8Of(classifier(network))
    const kinds = operators.map(({ code, output }) => `${code} ${output.type}`)
    expect(kinds.slice(0, 5)).toEqual(['MUL float32', 'ADD float32', 'QUANTIZE int8', 'CONV_2D int8', 'DEQUANTIZE float32']) // prettier-ignore
    expect(kinds).toContain('RSQRT float32')
    expect(kinds.slice(-4)).toEqual(['RESHAPE int8', 'FULLY_CONNECTED int8', 'SOFTMAX int8', 'DEQUANTIZE float32'])
  })

  it('attention stays float32 from its first product to its last', async () => {
    const network = chain([
      ['Reshape', { target_shape: [30, 4] }],
      ['MultiHeadAttention', { num_heads: 2, key_dim: 4 }],
    ])
    const { operators } = await int8Of(classifier(network))
    const kinds = operators.map(({ code, output }) => `${code} ${output.type}`)
    const attention = kinds.filter((kind) => /^(BATCH_MATMUL|SOFTMAX)/.test(kind))
    expect(attention).toEqual(['BATCH_MATMUL float32', 'SOFTMAX float32', 'BATCH_MATMUL float32', 'SOFTMAX int8'])
    expect(kinds.filter((kind) => kind === 'FULLY_CONNECTED int8')).toHaveLength(5)
  })

  it('without items of the training split it says so', async () => {
    await expect(int8Of(classifier(residual()), [])).rejects.toMatchObject({
      code: 'E_EXPORT_FORMAT',
      message: expect.stringContaining('training split'),
    })
  })
})
