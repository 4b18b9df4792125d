import type { Layer, LayerType, Network } from '../../../contract/network.ts'
import { seededRandom } from '../../../base/seeded-random.ts'
import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'
import { layerConfig, type LayerConfig } from '../../network/layer-config.ts'
import { inferNetwork } from '../../network/infer.ts'
import { LAYER_OPS } from './layers/index.ts'
import type { LayerOp } from './layers/layer-op.ts'
import type { WeightValues } from '../../weights/weight-values.ts'

export interface ForwardOptions {
  /** `x` is the output of this layer; absent or null: the network's input. */
  readonly from?: string | null
  /** Layers whose outputs are returned; absent: the network's outputs. */
  readonly outputs?: readonly string[]
  /** Tensors that stand in for weights of the same name; variables where a layer in training mode assigns them. */
  readonly weights?: ReadonlyMap<string, Tensor>
  /** What goes on from a layer in place of its output, of the same shape: what reads the layer, by whatever path, reads that. */
  readonly taps?: ReadonlyMap<string, (output: Tensor) => Tensor>
  /** Present: the named layers run in training mode: Dropout drops, BatchNorm uses the batch and moves its averages. All
   *  others run as in inference. `movesAverages: false`: the averages stay, for a further pass over the same batch. */
  readonly training?: {
    readonly step: Scalar
    readonly layers: ReadonlySet<string>
    readonly movesAverages?: boolean
  }
}

/** A network with its weights in tensors. */
export interface Model {
  readonly network: Network
  /** Every weight by full name, `<layer>/<weight>`. */
  readonly weights: ReadonlyMap<string, Variable>
  /** Runs the network on a batch: (B, ...) -> one tensor per output. Without `training` everything in between is
   *  released as soon as it has been used. Call within a tidy. */
  forward(x: Tensor, options?: ForwardOptions): Tensor[]
  dispose(): void
}

interface PreparedLayer {
  readonly layer: Layer
  readonly config: LayerConfig
  readonly op: LayerOp<LayerType>
  readonly seed: number
}

/** Makes a network runnable from its description and weights. Frozen or not is decided by the caller: `forward` only
 *  lets a layer train where `training.layers` names it, so a frozen BatchNorm never moves. */
export function createModel(tf: Tf, network: Network, weights: WeightValues, seed: number): Model {
  const specs = inferNetwork(network).weights
  const variables = new Map<string, Variable>()
  for (const { fullName, trainable } of specs) {
    const { shape, values } = weights.get(fullName)!
    // The start value is copied: the backend may keep the array it is given.
    const start = tf.tensor(values.slice(), [...shape], 'float32')
    variables.set(fullName, tf.variable(start, trainable))
    start.dispose()
  }
  const prepared = network.layers.map((layer) => prepare(layer, seed))
  return {
    network,
    weights: variables,
    forward: (x, options = {}) => runLayers(tf, { network, prepared, variables }, x, options),
    dispose: () => variables.forEach((variable) => variable.dispose()),
  }
}

function prepare(layer: Layer, seed: number): PreparedLayer {
  const op = LAYER_OPS[layer.type] as LayerOp<LayerType>
  const layerSeed = Math.floor(seededRandom(seed, layer.name)() * 2 ** 31)
  return { layer, config: layerConfig(layer, layer.type), op, seed: layerSeed }
}

interface Runnable {
  readonly network: Network
  readonly prepared: readonly PreparedLayer[]
  readonly variables: ReadonlyMap<string, Variable>
}

function runLayers(tf: Tf, model: Runnable, x: Tensor, options: ForwardOptions): Tensor[] {
  const wanted = options.outputs ?? model.network.outputs
  const start = options.from ?? model.network.layers[0]!.name
  const needed = neededLayers(model.network, start, wanted)
  const values = new Map<string, Tensor>([[start, x]])
  const uses = countUses(model.network, needed, wanted)
  for (const prepared of model.prepared) {
    const { layer } = prepared
    if (layer.name === start || !needed.has(layer.name)) continue
    const inputs = layer.inputs.map((name) => values.get(name)!)
    const tap = options.taps?.get(layer.name)
    const run = () => {
      const output = callLayer(tf, model.variables, prepared, inputs, options)
      return tap === undefined ? output : tap(output)
    }
    values.set(layer.name, options.training === undefined ? tf.tidy(run) : run())
    if (options.training !== undefined) continue
    for (const name of layer.inputs) {
      const left = uses.get(name)! - 1
      uses.set(name, left)
      if (left === 0 && name !== start) values.get(name)!.dispose()
    }
  }
  return wanted.map((name) => values.get(name)!)
}

function callLayer(
  tf: Tf,
  variables: ReadonlyMap<string, Variable>,
  { layer, config, op, seed }: PreparedLayer,
  inputs: readonly Tensor[],
  { training, weights }: ForwardOptions,
): Tensor {
  const weight = (name: string) => {
    const full = `${layer.name}/${name}`
    return (weights?.get(full) as Variable | undefined) ?? variables.get(full)!
  }
  const y = op(
    {
      tf,
      inputs,
      weight,
      isTraining: training?.layers.has(layer.name) ?? false,
      movesAverages: training?.movesAverages ?? true,
      seed,
      step: training?.step ?? (undefined as never),
    },
    config,
  )
  // A layer that does nothing still hands on a tensor of its own, so that each can be released by itself.
  return inputs.includes(y) ? tf.clone(y) : y
}

/** The layers between `start` and the outputs, both included. */
function neededLayers(network: Network, start: string, outputs: readonly string[]): Set<string> {
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]))
  const needed = new Set<string>()
  const queue = [...outputs]
  while (queue.length > 0) {
    const name = queue.pop()!
    if (needed.has(name)) continue
    needed.add(name)
    if (name === start) continue
    const { inputs } = byName.get(name)!
    if (inputs.length === 0) throw new Error(`"${name}" is needed but does not follow from "${start}"`)
    queue.push(...inputs)
  }
  return needed
}

/** How often each tensor is read; outputs are read once more, by the caller. */
function countUses(network: Network, needed: ReadonlySet<string>, outputs: readonly string[]): Map<string, number> {
  const uses = new Map<string, number>()
  const count = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1)
  outputs.forEach(count)
  for (const layer of network.layers) if (needed.has(layer.name)) layer.inputs.forEach(count)
  return uses
}
