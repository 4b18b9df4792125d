import { brokenFile } from '../refusals.ts'
import { integers, sizeOf } from './constant.ts'
import type { Constant } from './constant.ts'
import type { OnnxNode } from './model-proto.ts'

/** More than any tensor of a network has. */
export const MOST_AXES = 16

/** A shape or a list of axes. */
export function axisList(constant: Constant | null | undefined): number[] {
  if (constant) checkCount(sizeOf(constant.shape))
  return [...(constant?.read() ?? [])]
}

function checkCount(axes: number): void {
  if (axes > MOST_AXES) throw brokenFile(`Expected at most ${MOST_AXES} axes. Received: ${axes}.`)
}

export function shapeSlice(node: OnnxNode, shape: readonly number[]): Constant {
  const start = node.attributes.get('start')?.integer ?? 0
  const end = node.attributes.get('end')?.integer ?? shape.length
  return integers(...shape.slice(start, end))
}

/** ONNX' Reshape: 0 keeps a size, -1 is what remains. */
export function resolvedShape(from: readonly number[], to: readonly number[], allowZero: boolean): number[] {
  const kept = to.map((size, axis) => (size === 0 && !allowZero ? (from[axis] ?? 0) : size))
  const known = sizeOf(kept.filter((size) => size !== -1))
  const shape = kept.map((size) => (size === -1 ? sizeOf(from) / known : size))
  if (sizeOf(shape) === sizeOf(from) && shape.every((size) => Number.isInteger(size) && size >= 0)) return shape
  throw brokenFile(`Expected a shape of as many numbers as [${from.join(', ')}] has. Received: [${to.join(', ')}].`)
}

/** An attribute in old versions, an input in newer ones; null: all. */
export function axesOf(node: OnnxNode, input: Constant | null | undefined): number[] | null {
  const attribute = node.attributes.get('axes')
  if (attribute) {
    checkCount(attribute.integers.length)
    return [...attribute.integers]
  }
  return input ? axisList(input) : null
}

export interface SliceRange {
  readonly axis: number
  readonly start: number
  readonly end: number
  readonly step: number
}

/** Starts, ends, axes and steps of a Slice, all within the tensor. */
export function sliceRanges(
  node: OnnxNode,
  shape: readonly number[],
  inputs: readonly (Constant | null | undefined)[],
  opset: number,
): SliceRange[] {
  const [starts, ends, axes, steps] = ['starts', 'ends', 'axes', 'steps'].map((name, place) =>
    opset < 10 ? node.attributes.get(name)?.integers : inputs[place] ? axisList(inputs[place]) : undefined,
  )
  checkCount(starts?.length ?? 0)
  return (starts ?? []).map((first, place) => {
    const axis = positive(axes?.[place] ?? place, shape.length)
    const size = shape[axis]!
    const step = steps?.[place] ?? 1
    const within = (value: number): number => {
      const from = value < 0 ? value + size : value
      return step > 0 ? Math.min(size, Math.max(0, from)) : Math.min(size - 1, Math.max(-1, from))
    }
    return { axis, start: within(first), end: within(ends?.[place] ?? size), step }
  })
}

export function positive(axis: number, rank: number): number {
  const place = axis < 0 ? axis + rank : axis
  if (Number.isInteger(place) && place >= 0 && place < rank) return place
  throw brokenFile(`Expected an axis of a tensor of ${rank}. Received: ${axis}.`)
}

/** Of two tensors that go together axis by axis, an axis of 1 with any. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1]
    if (x !== y && x !== 1 && y !== 1) throw brokenFile(`Expected shapes that go together. Received: [${a.join(', ')}] and [${b.join(', ')}].`) // prettier-ignore
    return x === 1 ? y : x
  })
}
