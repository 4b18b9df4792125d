import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor, Tf } from '../runtime.ts'
import { tfjsExample } from './example-programs.ts'
import type { Exporter, ExportModel, Predictor } from './exporter.ts'
import { tfjsTopology } from './tfjs-topology.ts'

/** Browsers cache files of this size. */
const SHARD_BYTES = 4 * 2 ** 20

interface ModelJson {
  modelTopology: unknown
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: 'float32' }[] }[]
}

/** TensorFlow.js LayersModel: model.json and group1-shard<i>of<n>.bin. */
export const tfjsExporter: Exporter = Object.freeze({ type: 'tfjs', write, load, example })

async function write(model: ExportModel, folder: string): Promise<void> {
  const bytes = concatenate(model.weights.map((weight) => model.read(weight.fullName)))
  const count = Math.max(1, Math.ceil(bytes.byteLength / SHARD_BYTES))
  const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`)
  for (const [index, path] of paths.entries()) {
    writeFileSync(join(folder, path), bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES))
  }
  const weights = model.weights.map(({ fullName, shape }) => ({
    name: fullName,
    shape: [...shape],
    dtype: 'float32' as const,
  }))
  const json: ModelJson & Record<string, unknown> = {
    format: 'layers-model',
    generatedBy: 'Graft',
    convertedBy: null,
    modelTopology: { ...tfjsTopology(model.network), keras_version: '2.15.0', backend: 'tensorflow' },
    weightsManifest: [{ paths, weights }],
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(json))
}

async function load(tf: Tf, folder: string): Promise<Predictor> {
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as ModelJson
  const shards = json.weightsManifest.flatMap((group) => group.paths.map((path) => readFileSync(join(folder, path))))
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights)
  const modelTopology = json.modelTopology as object
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
  return (x) => {
    const outputs = model.predict(x) as Tensor | Tensor[]
    return Array.isArray(outputs) ? outputs : [outputs]
  }
}

function example(model: ExportModel): { name: string; text: string } {
  return { name: 'example.mjs', text: tfjsExample(model) }
}

function concatenate(arrays: readonly Float32Array[]): Uint8Array {
  const bytes = new Uint8Array(arrays.reduce((total, array) => total + array.byteLength, 0))
  let at = 0
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += array.byteLength
  }
  return bytes
}
