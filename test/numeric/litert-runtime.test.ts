import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { exportNetwork } from '../../src-main/learning/exporters/export-network.ts'
import type { ExportModel } from '../../src-main/learning/exporters/exporter.ts'
import { liteRtExporter } from '../../src-main/learning/exporters/litert.ts'
import { lower } from '../../src-main/learning/operations/lower.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'
import { labelsJson } from '../../src-main/learning/exporters/sidecars.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { chain, chainModel } from '../support/layer-chains.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'
import { everyLayerNetwork, importedLayersNetwork } from '../support/random-network.ts'
import { transformerNetwork } from '../support/transformer-network.ts'

const { tf } = nativeRuntime()
const HEADS = [{ name: 'a kind', column: 'kind', type: 'classification' as const, classes: ['a', 'b', 'c'] }]
const NETWORKS = {
  'layers of convolution networks': everyLayerNetwork(),
  'layers of imports': importedLayersNetwork(),
  'layers of transformers': transformerNetwork(),
  'weights of more than 1,024 numbers': chain([
    ['Conv2D', { filters: 40, kernel_size: 3, padding: 'same', activation: 'relu6' }],
    ['DepthwiseConv2D', { kernel_size: 5, padding: 'same' }],
    ['Conv2D', { filters: 40, kernel_size: 3, groups: 2, strides: 2 }],
  ]),
}
/** Of a probability; measured: 3e-7, 4e-5, 3e-3 and 0.033. */
const BOUNDS = { float32: 1e-5, float16: 1e-3, dynamic: 5e-3, int8: 0.05 }

interface Runtime {
  load(folder: string): Promise<unknown>
  run(model: unknown, x: { data: Float32Array; shape: number[] }): Promise<number[][][]>
}

// Below the packages that the program imports.
const artifacts = join(import.meta.dirname, '..', '.artifacts')
mkdirSync(artifacts, { recursive: true })
const folder = mkdtempSync(join(artifacts, 'litert-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let runtime: Runtime
beforeAll(async () => {
  const { code } = liteRtExporter.runtimes!(chainModel(chain([]))).javascript!
  const file = join(folder, 'runtime.mjs')
  writeFileSync(file, `${code}\nexport { load, run }\n`)
  runtime = (await import(pathToFileURL(file).href)) as Runtime
})

describe.each(Object.entries(NETWORKS))('LiteRT itself gives what the network gives: %s', (_name, plain) => {
  const network = exportNetwork(plain, HEADS)
  const model: ExportModel = { ...chainModel(plain), network, heads: HEADS }
  const shape = inferNetwork(plain).shapes.get('input')!
  const size = shape.reduce((a, b) => a * b, 1)
  const random = seededRandom(5, 'x')
  const rows = Array.from({ length: 12 }, () => Float32Array.from({ length: size }, () => random() * 4 - 2))
  const data = Float32Array.from(rows.slice(0, 3).flatMap((row) => [...row]))

  it.each(Object.entries(BOUNDS))('%s', async (weights, bound) => {
    const target = mkdtempSync(join(folder, 'model-'))
    const calibration = () => Promise.resolve({ tf, rows, signal: new AbortController().signal })
    await liteRtExporter.write(model, target, { weights }, { calibration })
    writeFileSync(join(target, 'labels.json'), labelsJson(model))
    const answers = await runtime.run(await runtime.load(target), { data, shape: [3, ...shape] })
    expect(answers.map((head) => head.map(({ length }) => length))).toEqual([[3, 3, 3]])
    const [expected] = runOperations(tf, lower(model, { batchNorm: 'folded' }), tf.tensor(data, [3, ...shape]))
    expect(largestDifference(Float32Array.from(answers.flat(2)), expected!)).toBeLessThan(bound)
  })
})
