import type { Network } from '../../../contract/network.ts'
import type { Model } from '../../engine/model/model.ts'
import { classificationLoss, regressionLoss } from '../../losses/loss.ts'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from '../../runtime.ts'
import { layerConfig } from '../../network/layer-config.ts'
import { inferNetwork } from '../../network/infer.ts'

/** A task's loss as a function of the weights that adapt. All of it is tensor code. */
export interface TaskLoss {
  /** Whether gradients of gradients through it are exact (strategies.md of the docs says for which layers). */
  readonly isTwiceDifferentiable: boolean
  /** (B, C) or (B, 1). */
  outputs(weights: readonly Tensor[], x: Tensor): Tensor2D
  /** Mean over the batch. Targets: one-hot (B, C), or numbers (B). */
  loss(outputs: Tensor2D, targets: Tensor): Scalar
}

export interface TaskLossParts {
  readonly tf: Tf
  readonly model: Model
  /** Names of the weights that adapt, in the order of `weights`. */
  readonly names: readonly string[]
  /** `x` is the output of this layer; null: the network's input. */
  readonly from: string | null
  readonly type: 'classification' | 'regression'
}

/** The loss of a network on a task: of plain ops that tfjs differentiates twice where every layer allows it, otherwise of the engine's
 *  own ops. Gradients of gradients through tfjs' exp, tanh, sigmoid and softmax cross entropy are silently wrong, since their gradients
 *  use the op's saved output (tensorflow/tfjs#3252), and convolutions have none: hence the two ways. */
export function taskLoss(parts: TaskLossParts): TaskLoss {
  const { model, from } = parts
  return isChainOfDense(model.network, from) ? plainLoss(parts) : engineLoss(parts)
}

function engineLoss({ tf, model, names, from, type }: TaskLossParts): TaskLoss {
  return {
    isTwiceDifferentiable: false,
    outputs: (weights, x) => {
      const byName = new Map(names.map((name, i) => [name, weights[i]!]))
      // No layer is in training mode, but what lies in between has to stay for the gradients.
      const training = { step: tf.scalar(0, 'int32'), layers: new Set<string>() }
      return model.forward(x, { from, weights: byName, training })[0] as Tensor2D
    },
    loss: (outputs, targets) =>
      type === 'classification'
        ? classificationLoss(tf, outputs, targets as Tensor2D, null)
        : regressionLoss(tf, outputs, targets as Tensor1D, null),
  }
}

/** Layers whose plain ops have exact second derivatives in tfjs. */
const PLAIN_ACTIVATIONS = ['linear', 'relu', 'softplus']

function isChainOfDense(network: Network, from: string | null): boolean {
  const { shapes } = inferNetwork(network)
  return after(network, from).every((layer) => {
    if (layer.inputs.length !== 1) return false
    if (layer.type === 'Dense' && shapes.get(layer.name)!.length > 1) return false
    if (['Flatten', 'Dropout', 'ReLU'].includes(layer.type)) return layer.config['max_value'] === undefined
    const activation = String(layer.config['activation'] ?? 'linear')
    return ['Dense', 'Activation'].includes(layer.type) && PLAIN_ACTIVATIONS.includes(activation)
  })
}

/** The layers behind `from`, in order. */
function after(network: Network, from: string | null) {
  const start = from === null ? 0 : network.layers.findIndex(({ name }) => name === from)
  return network.layers.slice(start + 1)
}

function plainLoss({ tf, model, names, from, type }: TaskLossParts): TaskLoss {
  const layers = after(model.network, from)
  const activate = (x: Tensor, name: string) =>
    name === 'relu' ? tf.relu(x) : name === 'softplus' ? tf.softplus(x) : x
  return {
    isTwiceDifferentiable: true,
    outputs(weights, x) {
      const byName = new Map(names.map((name, i) => [name, weights[i]!]))
      const weight = (name: string) => byName.get(name) ?? model.weights.get(name)!
      return layers.reduce<Tensor>((value, layer) => {
        if (layer.type === 'Flatten') return tf.reshape(value, [value.shape[0]!, -1]) // (B, ...) -> (B, F)
        if (layer.type === 'ReLU') return tf.relu(value)
        if (layer.type === 'Activation') return activate(value, layerConfig(layer, 'Activation').activation)
        if (layer.type !== 'Dense') return value
        const { activation, use_bias: hasBias } = layerConfig(layer, 'Dense')
        const product = tf.matMul(value as Tensor2D, weight(`${layer.name}/kernel`) as Tensor2D)
        return activate(hasBias ? tf.add(product, weight(`${layer.name}/bias`)) : product, activation)
      }, x) as Tensor2D
    },
    loss: (outputs, targets) =>
      type === 'classification'
        ? safeCrossEntropy(tf, outputs, targets as Tensor2D)
        : (tf.mean(tf.square(tf.sub(tf.squeeze(outputs, [1]), targets))) as Scalar),
  }
}

/** exp whose gradient is made of itself anew instead of its saved output: right at every order. */
function safeExp(tf: Tf, x: Tensor): Tensor {
  return tf.customGrad((value, save) => {
    const input = value as Tensor
    ;(save as (tensors: Tensor[]) => void)([input])
    return {
      value: tf.exp(input),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(dy, safeExp(tf, saved[0]!)),
    }
  })(x)
}

/** Mean of log sum exp(z) - z_y. The largest value of a row is subtracted as a constant, which changes nothing but its size. */
export function safeCrossEntropy(tf: Tf, logits: Tensor2D, targets: Tensor2D): Scalar {
  const largest = tf.customGrad((x) => ({
    value: tf.max(x as Tensor, 1, true),
    gradFunc: () => tf.zerosLike(x as Tensor),
  }))(logits)
  const shifted = tf.sub(logits, largest)
  const normaliser = tf.log(tf.sum(safeExp(tf, shifted), 1)) // (B)
  return tf.mean(tf.sub(normaliser, tf.sum(tf.mul(shifted, targets), 1)))
}
