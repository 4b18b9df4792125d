import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { Layer, LayerType, Network } from '../../contract/network.ts'
import { inferNetwork } from '../network/infer.ts'
import type { Tf } from '../runtime.ts'
import type { Exporter, ExportModel, Predictor, RuntimeCode } from './exporter.ts'
import { kerasConfig } from './keras-config.ts'
import type { KerasConfig, KerasLayer, KerasTensor } from './keras-config.ts'
import { decodeKerasWeights, encodeKerasWeights } from './keras-weights.ts'
import { kerasForm } from './forms/index.ts'
import { featuresNote } from './features-note.ts'
import { refusalOf } from './forms/refusals.ts'
import { tfjsPredictor } from './tfjs.ts'

const FILE_NAME = 'model.keras'
/** The version whose layout is written. Any Keras 3 reads it. */
const KERAS_VERSION = '3.5.0'

const PYTHON: RuntimeCode = {
  packages: ['keras', 'tensorflow'],
  computedBy: ['keras', 'tensorflow'],
  code: `
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras


def load(folder):
    return keras.saving.load_model(os.path.join(folder, "${FILE_NAME}"))


def run(model, x):
    outputs = model(x.astype("float32"), training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [keras.ops.convert_to_numpy(output) for output in outputs]
`,
}

/** Keras 3 saved model: a zip of metadata.json, config.json and model.weights.h5, stored without compression as Keras does. */
export const kerasExporter: Exporter = Object.freeze({
  type: 'keras',
  refuses: (model: ExportModel) => refusalOf(model.network, 'Keras'),
  write,
  load,
  runtimes: () => ({ python: PYTHON }),
})

async function write(original: ExportModel, folder: string): Promise<void> {
  const model = kerasForm(original)
  const metadata = { keras_version: KERAS_VERSION, date_saved: '2026-01-01@00:00:00', ...featuresNote(original) }
  const entries = {
    'metadata.json': strToU8(JSON.stringify(metadata)),
    'config.json': strToU8(JSON.stringify(kerasConfig(model.network))),
    'model.weights.h5': await encodeKerasWeights(model),
  }
  // One fixed date: the same model gives the same bytes.
  writeFileSync(join(folder, FILE_NAME), zipSync(entries, { level: 0, mtime: new Date(2026, 0, 1) }))
}

/** Builds the network anew from the file's own configuration and variables. */
async function load(tf: Tf, folder: string): Promise<Predictor> {
  const entries = unzipSync(readFileSync(join(folder, FILE_NAME)))
  const [config, bytes] = [entries['config.json'], entries['model.weights.h5']]
  if (!config || !bytes) throw new Error('The .keras file lacks its configuration or its weights.')
  const network = networkOf((JSON.parse(strFromU8(config)) as KerasConfig).config)
  const variables = await decodeKerasWeights(bytes, network.layers)
  const { weights } = inferNetwork(network)
  const places = new Map<string, Float32Array>()
  for (const { name } of network.layers) {
    const own = weights.filter(({ layer }) => layer === name)
    own.forEach(({ fullName }, i) => places.set(fullName, variables.get(name)![i]!.values))
  }
  return tfjsPredictor(tf, { network, weights, read: (name) => places.get(name)!, ...NOTHING_MORE })
}

/** What a file of Keras does not tell, and running it does not need. */
const NOTHING_MORE = {
  heads: [],
  preprocessing: { kind: 'table', columns: [] },
} satisfies Partial<ExportModel>

function networkOf(config: KerasConfig['config']): Network {
  const { output_layers: outputs } = config
  const names = (typeof outputs[0] === 'string' ? [outputs] : outputs) as [string, 0, 0][]
  const layers = config.layers.map((layer): Layer => {
    const { batch_shape: batchShape, ...values } = layer.config
    const shape = batchShape === undefined ? {} : { shape: (batchShape as number[]).slice(1) }
    const type = layer.class_name as LayerType
    return { name: layer.name, type, config: { ...values, ...shape }, inputs: inputsOf(layer), block: '' }
  })
  return { name: config.name, blocks: [], layers, outputs: names.map(([name]) => name), features: layers.at(-1)!.name }
}

function inputsOf({ class_name: type, inbound_nodes: nodes }: KerasLayer): string[] {
  const names = (nodes[0]?.args ?? []).flat().map((tensor: KerasTensor) => tensor.config.keras_history[0])
  return type === 'MultiHeadAttention' ? names.slice(0, 1) : names
}
