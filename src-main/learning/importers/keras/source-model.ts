import { brokenFile, quoted, unsupported } from '../refusals.ts'
import { readCalls } from './calls.ts'
import type { Call } from './calls.ts'
import { listOf, objectOf, textOf } from './json.ts'
import type { JsonObject } from './json.ts'

/** A layer as the file describes it. */
export interface SourceLayer {
  readonly title: string
  readonly className: string
  readonly config: JsonObject
  /** How often it is applied, and to what; of an input: none. */
  readonly calls: readonly Call[]
  /** Of a model that is a layer of another one. */
  readonly model: SourceModel | null
}

export interface SourceModel {
  readonly name: string
  readonly layers: readonly SourceLayer[]
  /** Names of its input layers. */
  readonly inputs: readonly string[]
  /** Names of the layers whose outputs are the model's. */
  readonly outputs: readonly string[]
}

/** The name that the input of a Sequential gets where the file leaves it out. */
export const OWN_INPUT = 'input'
const MAX_NESTING = 20
const MAX_LAYERS = 20_000

/** The graph of a Keras or TensorFlow.js model: Functional (called Model before) or Sequential, with models inside. */
export function readSourceModel(value: unknown, depth = 0): SourceModel {
  const what = 'the model'
  if (depth > MAX_NESTING) throw brokenFile(`Expected models nested at most ${MAX_NESTING} deep. Received: deeper.`)
  const described = objectOf(value, what)
  const className = textOf(described['class_name'], 'the class of the model')
  const config = described['config']
  if (className === 'Sequential') return readSequential(config, described, depth)
  const isGraph = !Array.isArray(config) && Array.isArray(objectOf(config, 'the configuration of the model')['layers'])
  if (isGraph) return readFunctional(objectOf(config, what), depth)
  throw unsupported(
    `The model is of the class ${quoted(className)}, whose computation stands in Python code and not in the file.`,
    'Build it as a functional or sequential model, set its weights and save that.',
  )
}

function readFunctional(config: JsonObject, depth: number): SourceModel {
  const layers = limited(listOf(config['layers'], 'the layers of the model')).map((layer) => readLayer(layer, depth))
  const ends = (key: string): string[] => readEnds(config[key], key)
  return { name: nameOf(config, 'model'), layers, inputs: ends('input_layers'), outputs: ends('output_layers') }
}

/** One end is written as it is or as a list of one. */
function readEnds(value: unknown, key: string): string[] {
  const list = listOf(value, key)
  const ends = typeof list[0] === 'string' ? [list] : list
  return ends.map((end) => textOf(listOf(end, key)[0], key))
}

function readSequential(value: unknown, described: JsonObject, depth: number): SourceModel {
  const config = Array.isArray(value)
    ? { layers: value as unknown[] }
    : objectOf(value, 'the configuration of the model')
  const listed = limited(listOf(config['layers'], 'the layers of the model')).map((layer) => readLayer(layer, depth))
  const [first] = listed
  if (!first) throw brokenFile('Expected layers in the sequential model. Received: none.')
  const own = ownInput(first, config, described)
  const layers = first.className === 'InputLayer' ? listed : [own, ...listed]
  const chained = layers.map((layer, index): SourceLayer => {
    const before = layers[index - 1]
    return before === undefined ? layer : { ...layer, calls: [[{ layer: before.title, tensor: 0 }]] }
  })
  return {
    name: nameOf(config, 'sequential'),
    layers: chained,
    inputs: [layers[0]!.title],
    outputs: [layers.at(-1)!.title],
  }
}

function ownInput(first: SourceLayer, config: JsonObject, described: JsonObject): SourceLayer {
  const inner = first.model?.layers.find((layer) => layer.title === first.model?.inputs[0])?.config
  const shapes = [first.config['batch_input_shape'], first.config['batch_shape'], config['build_input_shape']]
  const built = (described['build_config'] as JsonObject | undefined)?.['input_shape']
  const shape = [...shapes, built, inner?.['batch_input_shape'], inner?.['batch_shape']].find(Array.isArray)
  const title = first.title === OWN_INPUT ? `${OWN_INPUT}_1` : OWN_INPUT
  return { title, className: 'InputLayer', config: { batch_shape: shape ?? null }, calls: [], model: null }
}

function readLayer(value: unknown, depth: number): SourceLayer {
  const described = objectOf(value, 'a layer')
  const className = textOf(described['class_name'], 'the class of a layer')
  const held = described['config']
  const isModel =
    className === 'Sequential' || (!Array.isArray(held) && Array.isArray((held as JsonObject | null)?.['layers']))
  const config = isModel && Array.isArray(held) ? {} : objectOf(held, `the configuration of a ${quoted(className)}`)
  const title = textOf(described['name'] ?? config['name'] ?? '', `the name of a ${quoted(className)}`)
  const calls = readCalls(described['inbound_nodes'], title)
  return {
    title,
    className: operationName(described, className),
    config,
    calls,
    model: isModel ? readSourceModel(described, depth + 1) : null,
  }
}

/** Keras 3 writes functions on tensors as classes that may be called as layers are: `Add` of keras.ops and of keras.layers. */
function operationName(described: JsonObject, className: string): string {
  const module = described['module']
  return typeof module === 'string' && /\.ops(?:\.|$)/.test(module) ? `ops.${className}` : className
}

function limited(layers: readonly unknown[]): readonly unknown[] {
  if (layers.length <= MAX_LAYERS) return layers
  throw brokenFile(`Expected at most ${MAX_LAYERS} layers. Received: ${layers.length}.`)
}

function nameOf(config: JsonObject, otherwise: string): string {
  return typeof config['name'] === 'string' && config['name'] !== '' ? config['name'] : otherwise
}
