import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { io } from '@tensorflow/tfjs'
import type { Tensor, Tf } from '../runtime.ts'
import type { Exporter, ExportModel, Predictor, RuntimeCode } from './exporter.ts'
import { tfjsForm } from './forms/index.ts'
import { featuresNote } from './features-note.ts'
import { refusalOf } from './forms/refusals.ts'
import { APACHE_LICENCE } from './programs/apache-licence.ts'
import { PAGE, PAGE_LIBRARY, PAGE_MODEL, pageModel, pageProgram } from './programs/page-program.ts'
import { tfjsTopology } from './tfjs-topology.ts'

/** Browsers cache files of this size. */
const SHARD_BYTES = 4 * 2 ** 20

interface ModelJson {
  modelTopology: unknown
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: 'float32' }[] }[]
}

const JAVASCRIPT: RuntimeCode = {
  packages: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'],
  computedBy: ['@tensorflow/tfjs-backend-wasm'],
  code: `
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

async function load(folder) {
  await tf.setBackend('wasm')
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))
  const shards = weightsManifest.flatMap(({ paths }) => paths.map((path) => readFileSync(join(folder, path))))
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
}

async function run(model, { data, shape }) {
  const outputs = tf.tidy(() => [model.predict(tf.tensor(Float32Array.from(data), shape))].flat())
  const heads = await Promise.all(outputs.map((output) => output.array()))
  tf.dispose(outputs)
  return heads
}
`,
}

/** TensorFlow.js LayersModel: model.json and group1-shard<i>of<n>.bin. */
export const tfjsExporter: Exporter = Object.freeze({
  type: 'tfjs',
  refuses: (model: ExportModel) => refusalOf(model.network, 'TensorFlow.js'),
  write,
  load,
  runtimes: () => ({ javascript: JAVASCRIPT }),
  page,
})

async function write(original: ExportModel, folder: string): Promise<void> {
  const model = tfjsForm(original)
  const bytes = concatenate(model.weights.map((weight) => model.read(weight.fullName)))
  const count = Math.max(1, Math.ceil(bytes.byteLength / SHARD_BYTES))
  const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`)
  for (const [index, path] of paths.entries()) {
    writeFileSync(join(folder, path), bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES))
  }
  const weights = weightSpecs(model)
  const json: ModelJson & Record<string, unknown> = {
    format: 'layers-model',
    generatedBy: 'Graft',
    convertedBy: null,
    modelTopology: topologyOf(model),
    weightsManifest: [{ paths, weights }],
    ...(original.features === undefined ? {} : { userDefinedMetadata: featuresNote(original) }),
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(json))
}

function page(original: ExportModel, folder: string): void {
  const model = tfjsForm(original)
  const weights = concatenate(model.weights.map(({ fullName }) => model.read(fullName)))
  const artifacts = { modelTopology: topologyOf(model), weightSpecs: weightSpecs(model), weights }
  const library = join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs')), PAGE_LIBRARY)
  writeFileSync(join(folder, PAGE), pageProgram(model))
  writeFileSync(join(folder, PAGE_MODEL), pageModel(model, artifacts))
  copyFileSync(library, join(folder, PAGE_LIBRARY))
  writeFileSync(join(folder, `${PAGE_LIBRARY}.LICENSE.txt`), APACHE_LICENCE)
}

function topologyOf({ network }: ExportModel): object {
  return { ...tfjsTopology(network), keras_version: '2.15.0', backend: 'tensorflow' }
}

function weightSpecs({ weights }: ExportModel): ModelJson['weightsManifest'][number]['weights'] {
  return weights.map(({ fullName, shape }) => ({ name: fullName, shape: [...shape], dtype: 'float32' as const }))
}

/** Runs a model as TensorFlow.js' own layers. */
export async function tfjsPredictor(tf: Tf, original: ExportModel): Promise<Predictor> {
  const model = tfjsForm(original)
  const weightData = concatenate(model.weights.map(({ fullName }) => model.read(fullName))).buffer as ArrayBuffer
  return predictor(tf, { modelTopology: topologyOf(model), weightSpecs: weightSpecs(model), weightData })
}

async function load(tf: Tf, folder: string): Promise<Predictor> {
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as ModelJson
  const shards = json.weightsManifest.flatMap((group) => group.paths.map((path) => readFileSync(join(folder, path))))
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer
  const specs = json.weightsManifest.flatMap((group) => group.weights)
  return predictor(tf, { modelTopology: json.modelTopology as object, weightSpecs: specs, weightData })
}

async function predictor(tf: Tf, artifacts: io.ModelArtifacts): Promise<Predictor> {
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts))
  return (x) => {
    const outputs = model.predict(x) as Tensor | Tensor[]
    return Array.isArray(outputs) ? outputs : [outputs]
  }
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
