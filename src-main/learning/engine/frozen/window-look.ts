import type { ImageShape } from './frozen-node.ts'
import type { Kernel } from './kernel-node.ts'

/** Windows of an image that are looked at, at the most. */
const MOST_WINDOWS = 16
/** Windows in all: so many, or so many for each input of an output, whichever is more. */
const WINDOWS = 2048
const WINDOWS_PER_INPUT = 8
/** Inputs of one output, at the most: their matrix is inverted. */
const MOST_INPUTS = 1200

/** Windows of a value that a kernel's outputs are computed from. */
export interface WindowLook extends Pick<Kernel, 'size' | 'dilations'> {
  /** Its name. */
  readonly kernel: string
  /** Of an image. */
  readonly count: number
}

export function windowLook(kernel: Kernel, from: ImageShape, images: number): WindowLook {
  const wanted = Math.max(WINDOWS, WINDOWS_PER_INPUT * inputsOfKernel(kernel, from)!)
  const count = Math.min(MOST_WINDOWS, Math.ceil(wanted / images))
  return { kernel: kernel.name, size: kernel.size, dilations: kernel.dilations, count }
}

/** Inputs of one output; null: too many to look at how they go together, or groups, or a window larger than the image. */
export function inputsOfKernel({ size, dilations, groups, kind }: Kernel, from: ImageShape): number | null {
  const inputs = size[0] * size[1] * (kind === 'depthwise' ? 1 : from.channels)
  const fits = (size[0] - 1) * dilations[0] < from.height && (size[1] - 1) * dilations[1] < from.width
  const isGrouped = kind === 'convolution' && groups > 1
  return inputs > MOST_INPUTS || inputs < 2 || isGrouped || !fits ? null : inputs
}
