import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { openFile } from './files/byte-source.ts'
import { readWeightGroups } from './files/weight-groups.ts'
import type { ModelImporter, ModelSource } from './importer.ts'
import { importKerasModel } from './keras/import-model.ts'
import type { KerasModel } from './keras/import-model.ts'
import { objectOf, parseJson } from './keras/json.ts'
import type { JsonObject } from './keras/json.ts'
import { namedVariables } from './keras/named-variables.ts'
import { brokenFile, quoted, unsupported } from './refusals.ts'

const MAX_JSON_BYTES = 64 * 2 ** 20

/** A LayersModel of TensorFlow.js: model.json with its shards beside it, and of Teachable Machine metadata.json with the labels. */
export const tfjsImporter: ModelImporter = Object.freeze({
  format: 'tfjs',
  label: 'TensorFlow.js (model.json)',
  matches: (path: string) => path.toLowerCase().endsWith('.json') || existsSync(join(path, 'model.json')),
  async read(source: ModelSource) {
    const path = isFolder(source.path) ? join(source.path, 'model.json') : source.path
    const model = readJsonFile(path)
    const topology = topologyOf(model)
    const weights = readWeightGroups(model['weights_manifest'], dirname(path))
    const find = namedVariables(
      new Map([[null, weights.map((weight) => ({ name: weight.name, variable: () => weight }))]]),
    )
    const beside = metadataBeside(path)
    const format = `TensorFlow.js LayersModel${quantisation(model['weights_manifest'])}`
    return await Promise.resolve(
      importKerasModel({ format, described: topology, find, isLegacy: true, ...beside }, source),
    )
  },
})

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function readJsonFile(path: string): JsonObject {
  const file = openFile(path)
  try {
    if (file.size > MAX_JSON_BYTES)
      throw brokenFile(`Expected ${basename(path)} of at most ${MAX_JSON_BYTES} bytes. Received: ${file.size}.`)
    return parseJson(file.read(0, file.size, basename(path)), basename(path))
  } finally {
    file.close()
  }
}

/** Of a graph model: nodes of TensorFlow. Of a converted Keras model the layers stand in `model_config`. */
function topologyOf(model: JsonObject): JsonObject {
  const topology = objectOf(model['model_topology'], 'modelTopology in model.json')
  if (model['format'] === 'graph-model' || topology['node'] !== undefined) {
    throw unsupported(
      'The model is a graph model of TensorFlow.js: operations of TensorFlow, not layers that could be frozen and trained.',
      'Convert the Keras model anew with --output_format=tfjs_layers_model, or import the Keras file itself.',
    )
  }
  const inner = topology['model_config']
  if (typeof inner === 'string') return parseJson(inner, 'model_config in model.json')
  return inner === undefined ? topology : objectOf(inner, 'model_config in model.json')
}

function quantisation(manifest: unknown): string {
  const found = /"quantization":\{[^}]*"dtype":"(uint8|uint16|float16)"/.exec(JSON.stringify(manifest))
  return found ? `, quantised to ${found[1]}` : ''
}

/** Teachable Machine gives pixels as value / 127 - 1, of the square in the middle. */
const TEACHABLE_MACHINE = {
  mean: [127 / 255, 127 / 255, 127 / 255],
  std: [127 / 255, 127 / 255, 127 / 255],
  resize: 'cover' as const,
}

/** What metadata.json of Teachable Machine says: the labels, and that the pixels are prepared in its way. */
function metadataBeside(path: string): Pick<KerasModel, 'classes' | 'numbers'> {
  const beside = join(dirname(path), 'metadata.json')
  if (!existsSync(beside)) return {}
  const { labels, package_name: packageName } = readJsonFile(beside)
  const isTexts = Array.isArray(labels) && labels.every((label) => typeof label === 'string')
  if (labels !== undefined && !isTexts)
    throw brokenFile(`Expected labels in metadata.json to be a list of texts. Received: ${quoted(labels)}.`)
  const classes = isTexts ? labels : null
  return { classes, numbers: packageName === '@teachablemachine/image' ? TEACHABLE_MACHINE : null }
}
