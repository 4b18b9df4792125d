import type { Layer, LayerType, Network } from '../../contract/network.ts'
import { foldBatchNorm } from '../network/fold-batch-norm.ts'
import { inferNetwork, type Inference, type NetworkWeight } from '../network/infer.ts'
import { layerConfig } from '../network/layer-config.ts'
import { networkToOutputs } from '../network/network-to-outputs.ts'
import type { Constant, Operation, OperationGraph } from './graph.ts'
import type { BatchNormChoice, LayerCall, LayerLowering } from './layer-lowering.ts'
import { LAYER_LOWERINGS } from './lowerings/index.ts'

/** What is lowered: a network and its weights. */
export interface LoweredModel {
  readonly network: Network
  readonly weights: readonly NetworkWeight[]
  /** Values of one weight by full name, row-major. */
  readonly read: (fullName: string) => Float32Array
}

/** A network as operations, for inference: what its outputs do not need is left out. `folded`: BatchNormalization behind a convolution or Dense
 *  that nothing else reads goes into its kernel and bias, whose output then has the name of the BatchNormalization; elsewhere it is a product and
 *  a sum. */
export function lower(model: LoweredModel, { batchNorm }: { batchNorm: BatchNormChoice }): OperationGraph {
  const { network, read, owners } = batchNorm === 'folded' ? folded(model) : { ...model, owners: new Map() }
  const needed = networkToOutputs(network, network.outputs)
  const graph = new GraphInMaking(inferNetwork(needed), { read, owners }, batchNorm)
  for (const layer of needed.layers) graph.add(layer)
  return graph.finish(needed.layers[0]!.name, needed.outputs)
}

interface Weights {
  readonly read: LoweredModel['read']
  /** The layer that the kernel of another one was of before something was folded into it. */
  readonly owners: ReadonlyMap<string, string>
}

function folded(model: LoweredModel): Weights & Pick<LoweredModel, 'network'> {
  const values = new Map(
    model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }] as const),
  )
  const { network, weights } = foldBatchNorm(model.network, values, new Set())
  const before = new Map(model.network.layers.map((layer) => [layer.name, layer]))
  const owners = network.layers.flatMap(({ name, type }) => {
    const { inputs, type: own } = before.get(name)!
    return own === type ? [] : [[name, inputs[0]!] as const]
  })
  return { network, read: (name) => weights.get(name)!.values, owners: new Map(owners) }
}

class GraphInMaking {
  readonly #operations: Operation[] = []
  readonly #constants = new Map<string, Constant>()
  readonly #shapes = new Map<string, readonly number[]>()
  /** The value that each layer's output is. */
  readonly #values = new Map<string, string>()
  readonly #inference: Inference
  readonly #weights: Weights
  readonly #batchNorm: BatchNormChoice

  constructor(inference: Inference, weights: Weights, batchNorm: BatchNormChoice) {
    this.#inference = inference
    this.#weights = weights
    this.#batchNorm = batchNorm
  }

  add(layer: Layer): void {
    if (layer.type === 'InputLayer') {
      this.#values.set(layer.name, layer.name)
      this.#shapes.set(layer.name, this.#inference.shapes.get(layer.name)!)
      return
    }
    const before = this.#operations.length
    const lowering = LAYER_LOWERINGS[layer.type] as LayerLowering<LayerType>
    const value = lowering(this.#call(layer), layerConfig(layer, layer.type))
    const isMade = this.#operations.length > before
    if (isMade) this.#name(layer.name)
    this.#values.set(layer.name, isMade ? layer.name : value)
  }

  finish(input: string, outputs: readonly string[]): OperationGraph {
    const described = (name: string) => ({ name, shape: this.#shapes.get(name)! })
    return {
      input: described(input),
      operations: this.#operations,
      constants: this.#constants,
      shapes: this.#shapes,
      outputs: outputs.map((name) => described(this.#values.get(name)!)),
    }
  }

  #call(layer: Layer): LayerCall {
    const { shapes, weights } = this.#inference
    const own = weights.filter((weight) => weight.layer === layer.name)
    const inputs = layer.inputs.map((name) => this.#values.get(name)!)
    const shape = shapes.get(layer.name)!
    const constant = (name: string, constantShape: readonly number[], values: () => Float32Array, more = {}) => {
      const fullName = `${this.#weights.owners.get(layer.name) ?? layer.name}/${name}`
      this.#constants.set(fullName, { shape: constantShape, values, ...more })
      return fullName
    }
    const read = (name: string) => this.#weights.read(`${layer.name}/${name}`)
    return {
      inputs,
      inputShapes: inputs.map((name) => this.#shapes.get(name)!),
      shape,
      batchNorm: this.#batchNorm,
      read,
      hasWeight: (name) => own.some((weight) => weight.name === name),
      weight: (name) => constant(name, own.find((weight) => weight.name === name)!.shape, () => read(name)),
      constant,
      absentBias: (name, size) => constant(name, [size], () => new Float32Array(size), { isAbsent: true }),
      emit: (step, kind, of, made = shape) => {
        const name = `${layer.name}/${step}`
        this.#operations.push({ name, inputs: of, ...kind })
        this.#shapes.set(name, made)
        return name
      },
    }
  }

  /** Renames what was made last. */
  #name(name: string): void {
    const last = this.#operations.pop()!
    this.#operations.push({ ...last, name })
    this.#shapes.set(name, this.#shapes.get(last.name)!)
    this.#shapes.delete(last.name)
  }
}
