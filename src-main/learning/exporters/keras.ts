import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { Tensor, Tf } from '../runtime.ts'
import { kerasExample } from './example-programs.ts'
import type { Exporter, ExportModel, Predictor } from './exporter.ts'
import { kerasConfig } from './keras-config.ts'
import type { KerasConfig, KerasLayer, KerasTensor } from './keras-config.ts'
import { decodeKerasWeights, encodeKerasWeights } from './keras-weights.ts'
import { tfjsLayer } from './tfjs-topology.ts'
import type { TfjsTopology } from './tfjs-topology.ts'

const FILE_NAME = 'model.keras'
/** The version whose layout is written. Any Keras 3 reads it. */
const KERAS_VERSION = '3.5.0'

/** Keras 3 saved model: a zip of metadata.json, config.json and model.weights.h5, stored without compression as Keras does. */
export const kerasExporter: Exporter = Object.freeze({ type: 'keras', write, load, example })

async function write(model: ExportModel, folder: string): Promise<void> {
  const metadata = { keras_version: KERAS_VERSION, date_saved: '2026-01-01@00:00:00' }
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
  const [config, weights] = [entries['config.json'], entries['model.weights.h5']]
  if (!config || !weights) throw new Error('The .keras file lacks its configuration or its weights.')
  const { config: described } = JSON.parse(strFromU8(config)) as KerasConfig
  const topology = topologyOf(described)
  const model = await tf.models.modelFromJSON({ modelTopology: topology as never })
  const named = described.layers.map((layer) => ({ name: layer.name, type: layer.class_name }))
  for (const [name, variables] of await decodeKerasWeights(weights, named)) {
    const tensors = variables.map(({ shape, values }) => tf.tensor(values, shape))
    model.getLayer(name).setWeights(tensors)
    tf.dispose(tensors)
  }
  return (x) => {
    const outputs = model.predict(x) as Tensor | Tensor[]
    return Array.isArray(outputs) ? outputs : [outputs]
  }
}

function topologyOf(config: KerasConfig['config']): TfjsTopology {
  const listed = (value: KerasConfig['config']['input_layers']): [string, 0, 0][] =>
    (typeof value[0] === 'string' ? [value] : value) as [string, 0, 0][]
  return {
    class_name: 'Model',
    config: {
      name: config.name,
      layers: config.layers.map((layer) =>
        tfjsLayer(layer.name, layer.class_name, argumentsOf(layer), inputsOf(layer)),
      ),
      input_layers: listed(config.input_layers),
      output_layers: listed(config.output_layers),
    },
  }
}

function argumentsOf({ config }: KerasLayer): Record<string, unknown> {
  const { batch_shape: batchShape, ...values } = config
  return batchShape === undefined ? values : { ...values, batch_input_shape: batchShape }
}

function inputsOf({ inbound_nodes: nodes }: KerasLayer): string[] {
  return (nodes[0]?.args ?? []).flat().map((tensor: KerasTensor) => tensor.config.keras_history[0])
}

function example(model: ExportModel): { name: string; text: string } {
  return { name: 'example.py', text: kerasExample(model, FILE_NAME) }
}
