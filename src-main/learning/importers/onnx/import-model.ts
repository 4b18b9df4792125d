import { basename } from 'node:path'
import type { Layer, Network } from '../../../contract/network.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { inferNetwork } from '../../network/infer.ts'
import { outputWidth } from '../check-imported.ts'
import { findBlocks } from '../find-blocks.ts'
import type { Graph } from '../graph.ts'
import { featuresOf, foldedFunctions } from '../graph-rewrites.ts'
import type { ImportedModel, ModelSource } from '../importer.ts'
import { layerNames } from '../layer-names.ts'
import { brokenFile, quoted } from '../refusals.ts'
import { fileClasses } from './file-classes.ts'
import { pictureInput } from './input-of.ts'
import { interpret } from './interpret.ts'
import type { OnnxModel } from './model-proto.ts'
import { OnnxGraph } from './onnx-graph.ts'
import type { OnnxLayer } from './onnx-graph.ts'

/** The network of an ONNX graph, with its weights. Throws E_MODEL_FILE and E_MODEL_UNSUPPORTED. */
export function importOnnxModel(model: OnnxModel, source: ModelSource): ImportedModel {
  const graph = new OnnxGraph()
  const { name, size, order } = pictureInput(model, source.inputSize)
  graph.title = name
  const input = graph.add({ type: 'InputLayer', config: { shape: [...size] } }, [], (layout) => ({
    axes: [0, 1, 2, 3].map((axis) => layout[order.indexOf(axis)] ?? []),
  }))
  const values = interpret(model, graph, input)
  const outputs = model.outputs.map((output) => {
    const value = values.get(output)
    if (value?.kind === 'refusal') throw value.error
    if (value?.kind !== 'activation') throw brokenFile(`Expected the output ${quoted(output)} to come from the picture. Received: a graph where it does not.`) // prettier-ignore
    graph.title = output
    return graph.asOutput(value).node
  })
  if (outputs.length === 0) throw brokenFile('Expected an output of the ONNX graph. Received: none.')
  const needed = foldedFunctions(graph.reaching(outputs))
  const { network, weights } = networkOf(needed, layerNames([basename(source.path).replace(/\.onnx$/i, '')])[0]!)
  const { classes, problem } = classesOf(model, network)
  return {
    format: `ONNX, opset ${model.opset}`,
    family: null,
    network,
    weights,
    classes,
    preprocessing: null,
    problems: [...graph.problems, ...withoutNormalization(model, needed.nodes), ...problem],
  }
}

function networkOf(graph: Graph<OnnxLayer>, name: string): { network: Network; weights: WeightValues } {
  const names = layerNames(graph.nodes.map(({ title }) => title))
  const features = names[featuresOf(graph)]!
  const layers = graph.nodes.map(({ title, type, config, inputs }, index): Layer => {
    const own = names[index]!
    return { name: own, ...(title === own ? {} : { title }), type, config, inputs: inputs.map((place) => names[place]!), block: '' } // prettier-ignore
  })
  const shapes = new Map(graph.nodes.map(({ shape }, index) => [names[index]!, shape]))
  const { blocks, blockOf } = findBlocks(layers, shapes, features)
  const weights = new Map(
    graph.nodes.flatMap((node, index) =>
      Object.entries(node.weights).map(([weight, value]) => [`${names[index]}/${weight}`, value] as const),
    ),
  )
  const network: Network = {
    name,
    blocks,
    layers: layers.map((layer) => ({ ...layer, block: blockOf.get(layer.name) ?? 'input' })),
    outputs: graph.outputs.map((output) => names[output]!),
    features,
  }
  return { network, weights }
}

function classesOf(model: OnnxModel, network: Network): { classes: string[] | null; problem: string[] } {
  const classes = fileClasses(model)
  const count = outputWidth(network, inferNetwork(network).shapes)
  if (classes === null || classes.length === count) return { classes, problem: [] }
  return { classes: null, problem: [`The file names ${classes.length} classes, the network gives ${count ?? 'none'}: the names were left out.`] } // prettier-ignore
}

/** Exporters fold what a trained network no longer needs; PyTorch's older one gives kernels that it has changed names of its own. */
function withoutNormalization({ nodes }: OnnxModel, layers: readonly OnnxLayer[]): string[] {
  const folded = nodes.filter(({ op, inputs }) => op === 'Conv' && /^onnx::Conv_\d+$/.test(inputs[1] ?? '')).length
  if (folded > 0) return [`BatchNormalization was folded into ${folded} ${folded === 1 ? 'convolution' : 'convolutions'} when the model was exported: fine-tuning starts without it there.`] // prettier-ignore
  const has = (...types: string[]): boolean => layers.some(({ type }) => types.includes(type))
  if (!has('Conv2D', 'DepthwiseConv2D') || has('BatchNormalization', 'LayerNormalization')) return []
  return ['The file holds no BatchNormalization. If the network had any, it was folded into the convolutions when it was exported, and fine-tuning starts without it.'] // prettier-ignore
}
