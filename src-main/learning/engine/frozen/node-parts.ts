import type { FrozenNode, ImageShape } from './frozen-node.ts'
import { affineNode } from './kernel-node.ts'

export function sameImage(a: ImageShape, b: ImageShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels
}

/** Zeros around an image as a node of their own, where no node behind takes them along. `shape` is with them. */
export function padNode(name: string, input: string, shape: ImageShape, pads: readonly [number, number]): FrozenNode {
  const ones = () => new Float32Array(shape.channels).fill(1)
  const affine = { factors: ones, terms: () => new Float32Array(shape.channels) }
  return { ...affineNode({ name, input, shape }, affine), pads, isCopy: true }
}
