import { GraftError } from '../../../contract/errors.ts'
import type { Layer, Network } from '../../../contract/network.ts'
import { inferLayer } from '../../network/infer.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { findBlocks } from '../find-blocks.ts'
import { featuresOf, foldedFunctions } from '../graph-rewrites.ts'
import { layerNames } from '../layer-names.ts'
import { brokenFile, quoted, unsupported } from '../refusals.ts'
import type { FlatLayer, FlatModel } from './flatten-model.ts'
import type { Graph, Node } from './graph.ts'
import { inputShape } from './input-shape.ts'
import { ruleFor } from './layer-rules.ts'
import { readWeights } from './read-weights.ts'
import type { FindVariable, Piece } from './rule.ts'

export interface BuildOptions {
  readonly find: FindVariable
  readonly isLegacy: boolean
  /** Height and width where the file leaves them open; null: it must say them. */
  readonly inputSize: number | null
}

export interface BuiltModel {
  readonly network: Network
  readonly weights: WeightValues
  readonly problems: readonly string[]
}

/** The flat model in Graft's layers, with its weights: functions folded into activations. Throws E_MODEL_UNSUPPORTED
 *  naming the layer, and E_MODEL_FILE where weights are missing or of another shape. */
export function buildNetwork(model: FlatModel, options: BuildOptions): BuiltModel {
  const problems = new Set<string>()
  const graph = foldedFunctions(convert(model, options, problems))
  const names = layerNames(graph.nodes.map(({ title }) => title))
  const features = names[featuresOf(graph)]!
  const layers = graph.nodes.map((node, index): Layer => {
    const name = names[index]!
    const { title, type, config } = node
    return {
      name,
      ...(title === name ? {} : { title }),
      type,
      config,
      inputs: node.inputs.map((input) => names[input]!),
      block: '',
    }
  })
  const shapes = new Map(graph.nodes.map(({ shape }, index) => [names[index]!, shape]))
  const { blocks, blockOf } = findBlocks(layers, shapes, features)
  const weights = readWeights(graph, names, options.find, problems)
  const network: Network = {
    name: layerNames([model.name])[0]!,
    blocks,
    layers: layers.map((layer) => ({ ...layer, block: blockOf.get(layer.name) ?? 'input' })),
    outputs: graph.outputs.map((output) => names[output]!),
    features,
  }
  return { network, weights, problems: [...problems] }
}

function convert(model: FlatModel, options: BuildOptions, problems: Set<string>): Graph {
  const nodes: Node[] = []
  /** The node that gives each layer's output. */
  const places: number[] = []
  const titles = uniqueTitles(model.layers)
  for (const [index, layer] of model.layers.entries()) {
    const title = titles[index]!
    const inputs = layer.inputs.flatMap((input) => (typeof input === 'number' ? [places[input]!] : []))
    if (index === 0) {
      const shape = inputShape(layer, options.inputSize)
      nodes.push({ title, type: 'InputLayer', config: { shape }, inputs: [], shape, origins: undefined, source: layer })
      places.push(0)
      continue
    }
    const pieces = ruleFor(
      { ...layer, title },
      {
        shapes: inputs.map((input) => nodes[input]!.shape),
        numbers: layer.inputs.map((input) => (typeof input === 'number' ? null : input.value)),
        find: (_, names, place) => options.find(layer, names, place),
        isLegacy: options.isLegacy,
        note: (problem) => void problems.add(problem),
      },
    )
    let before = inputs[0] ?? 0
    for (const [number, piece] of pieces.entries()) {
      const given =
        piece.inputs?.map((input) => (input === 'before' ? before : inputs[input])) ??
        (number === 0 ? inputs : [before])
      if (given.includes(undefined)) throw brokenFile(`Layer ${quoted(title)} has too few inputs.`)
      before = nodes.push(nodeOf(piece, `${title}${piece.suffix}`, given as number[], nodes, layer)) - 1
    }
    places.push(before)
  }
  return { nodes, outputs: model.outputs.map((output) => places[output]!) }
}

function nodeOf(piece: Piece, title: string, inputs: number[], nodes: readonly Node[], source: FlatLayer): Node {
  const { type, config, origins } = piece
  const layer: Layer = { name: title, type, config, inputs: [], block: '' }
  try {
    const { outputShape } = inferLayer(
      layer,
      inputs.map((input) => [...nodes[input]!.shape]),
    )
    return { title, type, config, inputs, shape: outputShape, origins, source }
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    throw unsupported(error.message, 'Save a model without this layer, or with the arguments that Graft has.', {
      layer: title,
    })
  }
}

/** Two models inside the model may name layers alike: those get the model's name in front. */
function uniqueTitles(layers: readonly FlatLayer[]): string[] {
  const counts = new Map<string, number>()
  for (const { title } of layers) counts.set(title, (counts.get(title) ?? 0) + 1)
  return layers.map(({ title, within }) => (counts.get(title) === 1 ? title : [...within, title].join('/')))
}
