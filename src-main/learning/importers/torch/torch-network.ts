import type { LayerType, Network } from '../../../contract/network.ts'
import { networkBuilder } from '../../network/network-builder.ts'
import type { NetworkBuilder } from '../../network/network-builder.ts'
import type { Arrange } from './arrange.ts'
import { asIs, CONVOLUTION, DEPTHWISE, flat, LINEAR } from './arrange.ts'
import { unsupported } from '../refusals.ts'
import type { StateDict } from './state-dict.ts'

/** Names of activations in Keras. */
export type TorchActivation = 'relu' | 'relu6' | 'silu' | 'hard_silu' | 'gelu' | 'sigmoid' | 'hard_sigmoid'

export interface ConvolutionOptions {
  stride?: number
  /** Pixels on each side, as PyTorch pads; `same`: as TensorFlow does. */
  padding?: number | 'same'
  /** Layer name where it is not the module's. */
  layer?: string
}

/** Batch normalisation as PyTorch says it: momentum is the share of the new. */
export interface TorchNormalization {
  epsilon: number
  momentum: number
}

export const TORCH_NORM: TorchNormalization = { epsilon: 1e-5, momentum: 0.1 }

export interface WeightSource {
  readonly tensor: string
  readonly arrange: Arrange
}

/** Builds a network from a state dict: layers bear the names of PyTorch's modules, sizes come from the tensors, and each weight
 *  remembers the tensor it is read from. Tensors that are not there are noted, so that all of them can be said at once. */
export class TorchNetwork {
  readonly state: StateDict
  readonly net: NetworkBuilder
  readonly sources = new Map<string, WeightSource>()
  readonly used = new Set<string>()
  readonly missing: string[] = []
  readonly problems: string[] = []
  readonly #channels = new Map<string, number>()

  constructor(name: string, size: number, state: StateDict) {
    this.state = state
    this.net = networkBuilder(name, [size, size, 3])
    this.#channels.set('input', 3)
  }

  has(tensor: string): boolean {
    return this.state.has(tensor)
  }

  /** Shape of a tensor; null, and noted, where there is none of that rank. */
  shape(tensor: string, rank: number): readonly number[] | null {
    const shape = this.state.get(tensor)?.shape
    if (shape?.length === rank) return shape
    this.missing.push(tensor)
    return null
  }

  last(): string {
    return this.net.last()
  }

  channelsOf(layer: string): number {
    return this.#channels.get(layer) ?? 0
  }

  /** A layer without weights; channels stay as they are unless given. */
  layer(
    name: string,
    type: LayerType,
    config: Record<string, unknown> = {},
    inputs = [this.last()],
    channels?: number,
  ): string {
    this.#channels.set(name, channels ?? this.channelsOf(inputs[0] ?? ''))
    return this.net.add(name, type, config, inputs)
  }

  /** Says which tensor a weight is read from. */
  source(weight: string, tensor: string, arrange: Arrange = asIs): void {
    if (!this.has(tensor)) this.missing.push(tensor)
    this.used.add(tensor)
    this.sources.set(weight, { tensor, arrange })
  }

  /** A tensor that is left out on purpose. */
  ignore(tensor: string): void {
    this.used.add(tensor)
  }

  /** Conv2d of any kind: filters, kernel and groups are those of its tensor. */
  conv(module: string, options: ConvolutionOptions = {}, input = this.last()): string {
    const { stride = 1, padding = 0, layer = module } = options
    const channels = this.channelsOf(input)
    const [filters, perGroup, height, width] = this.shape(`${module}.weight`, 4) ?? [channels, channels, 1, 1]
    if (input === 'input' && perGroup !== channels) throw otherChannels(module, perGroup!)
    const isDepthwise = perGroup === 1 && filters === channels && channels > 1
    const groups = channels / perGroup!
    const isSame = padding === 'same' || (stride === 1 && height === width && padding === (height! - 1) / 2)
    let from = input
    if (!isSame && padding !== 0) from = this.layer(`${layer}.pad`, 'ZeroPadding2D', { padding }, [input])
    const hasBias = this.has(`${module}.bias`)
    const config = {
      kernel_size: [height, width],
      strides: [stride, stride],
      padding: isSame ? 'same' : 'valid',
      use_bias: hasBias,
    }
    if (isDepthwise) this.layer(layer, 'DepthwiseConv2D', config, [from], filters)
    else this.layer(layer, 'Conv2D', { filters, ...config, ...(groups > 1 ? { groups } : {}) }, [from], filters)
    const kernel = isDepthwise ? 'depthwise_kernel' : 'kernel'
    this.source(`${layer}/${kernel}`, `${module}.weight`, isDepthwise ? DEPTHWISE : CONVOLUTION)
    if (hasBias) this.source(`${layer}/bias`, `${module}.bias`)
    return layer
  }

  /** BatchNorm2d. */
  norm(module: string, { epsilon, momentum }: TorchNormalization = TORCH_NORM, input = this.last()): string {
    this.layer(module, 'BatchNormalization', { epsilon, momentum: 1 - momentum }, [input])
    this.source(`${module}/gamma`, `${module}.weight`)
    this.source(`${module}/beta`, `${module}.bias`)
    this.source(`${module}/moving_mean`, `${module}.running_mean`)
    this.source(`${module}/moving_variance`, `${module}.running_var`)
    this.ignore(`${module}.num_batches_tracked`)
    return module
  }

  /** Linear on the last axis. */
  linear(module: string, arrange: Arrange = LINEAR, input = this.last()): string {
    const [units] = this.shape(`${module}.weight`, 2) ?? [1]
    const hasBias = this.has(`${module}.bias`)
    this.layer(module, 'Dense', { units, use_bias: hasBias }, [input], units)
    this.source(`${module}/kernel`, `${module}.weight`, arrange)
    if (hasBias) this.source(`${module}/bias`, `${module}.bias`)
    return module
  }

  /** LayerNorm over the last axis. */
  layerNorm(module: string, epsilon = 1e-6, input = this.last()): string {
    this.layer(module, 'LayerNormalization', { epsilon }, [input])
    this.source(`${module}/gamma`, `${module}.weight`)
    this.source(`${module}/beta`, `${module}.bias`)
    return module
  }

  /** A learnt factor for each channel. */
  layerScale(layer: string, tensor: string): string {
    this.layer(layer, 'LayerScale')
    this.source(`${layer}/gamma`, tensor, flat)
    return layer
  }

  activation(name: string, activation: TorchActivation, input = this.last()): string {
    if (activation === 'relu') return this.layer(name, 'ReLU', {}, [input])
    if (activation === 'relu6') return this.layer(name, 'ReLU', { max_value: 6 }, [input])
    return this.layer(name, 'Activation', { activation }, [input])
  }

  add(name: string, inputs: string[]): string {
    return this.layer(name, 'Add', {}, inputs)
  }

  block(name: string, label = name): void {
    this.net.block(name, label)
  }

  /** Dropout and the last Linear, where the file has one: without it the network ends in its features. */
  classifier(features: string, module: string, dropout = 0): Network {
    if (!this.has(`${module}.weight`)) {
      this.problems.push(`The file has no classifier (${module}): the network ends in its features.`)
      return this.net.finish(features)
    }
    this.block('classifier', 'Classifier')
    if (dropout > 0) this.layer(`${module}.dropout`, 'Dropout', { rate: dropout })
    this.linear(module)
    return this.net.finish(features)
  }
}

function otherChannels(module: string, channels: number): Error {
  return unsupported(
    `Layer "${module}" takes images of ${channels} channels. Graft's photographs have 3.`,
    'Take the weights of a network for colour images.',
  )
}
