import type { Network } from '../../../../contract/network.ts'
import type { StateDict } from '../state-dict.ts'
import type { TorchNetwork } from '../torch-network.ts'

/** Mean and standard deviation of pixels in 0..1, by channel. */
export interface PixelStatistics {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** What torchvision and most of timm prepare photographs with. */
export const IMAGENET: PixelStatistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
/** -1..1: TensorFlow's way. */
export const INCEPTION: PixelStatistics = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }

/** One of a family's networks, told apart by the sizes of the tensors. */
export interface Variant {
  /** As torchvision or timm name it. */
  readonly name: string
  /** Side of the input that it was trained at. */
  readonly size: number
  /** Null: the tensors do not tell. */
  readonly pixels: PixelStatistics | null
}

/** What is known beside the tensors: the name of the architecture, from the user, the file's config.json or its name. */
export interface Hints {
  readonly architecture: string | null
}

export interface TorchFamily {
  /** In a list of what is known: `ResNet 18 to 152, ResNeXt, Wide ResNet (torchvision, timm)`. */
  readonly label: string
  /** Names of its architectures in torchvision and timm. */
  readonly names: RegExp
  /** By names of tensors; cheap. */
  matches(state: StateDict): boolean
  /** Other spellings of names become those that `build` expects. */
  renamed?(name: string): string
  variant(state: StateDict, hints: Hints): Variant
  build(torch: TorchNetwork, variant: Variant, hints: Hints): Network
}

/** How many modules `<prefix>0`, `<prefix>1` ... hold the tensor `suffix`. */
export function countModules(state: StateDict, prefix: string, suffix: string, first = 0): number {
  let count = 0
  while (state.has(`${prefix}${first + count}${suffix}`)) count++
  return count
}
