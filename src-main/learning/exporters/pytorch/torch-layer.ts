import type { Layer, LayerType } from '../../../contract/network.ts'
import type { LayerConfig } from '../../network/layer-config.ts'
import type { HelperName } from './helpers.ts'

/** Values with their axes in PyTorch's order. */
export interface TorchTensor {
  /** Inside the module: `weight`, `query.bias`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** A layer in PyTorch: an attribute of the model, and how it is called. */
export interface TorchLayer {
  /** What the attribute is made by, such as `nn.Linear(8, 4)`; absent: no attribute is needed. */
  readonly module?: string
  /** A class of this file that it needs. */
  readonly helper?: HelperName
  /** The output as an expression of the attribute (`self.conv1`) and of the inputs. */
  readonly call: (self: string, ...inputs: string[]) => string
  readonly tensors?: readonly TorchTensor[]
  /** Parameters that PyTorch has and the layer has not: they stay as they are in training. */
  readonly frozen?: readonly string[]
}

/** What a layer's translation may ask. Images are (height, width, channels) here and channels first in PyTorch. */
export interface TorchCall<T extends LayerType> {
  readonly layer: Layer
  readonly config: LayerConfig<T>
  readonly inputs: readonly (readonly number[])[]
  readonly output: readonly number[]
  /** Features that lie channels first where the network has them channels last: the network's place of each; null: they lie alike. */
  readonly order: readonly number[] | null
  /** A weight of the layer, row-major as the network has it. */
  readonly read: (weight: string) => TorchTensor
}

export type TorchLayerOf<T extends LayerType> = (call: TorchCall<T>) => TorchLayer

export const isImage = (shape: readonly number[] | undefined): boolean => shape?.length === 3
