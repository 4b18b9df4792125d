import { list, text } from './rule.ts'
import type { RuleContext } from './rule.ts'

export type Sides = readonly [readonly [number, number], readonly [number, number]]

/** How a window moves over a map of [height, width]. */
export interface Window {
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  /** Zeros around the map; `same`: as TensorFlow counts them at every size of the map. */
  readonly padding: Sides | 'same'
}

/** Kernel, strides, dilations and padding of a node. Throws E_MODEL_UNSUPPORTED for windows of other than two axes. */
export function windowOf(context: RuleContext, size: readonly number[], map: readonly number[]): Window {
  const strides = pairOf(context, list(context, 'strides') ?? [1, 1])
  const dilations = pairOf(context, list(context, 'dilations') ?? [1, 1])
  const [kernel, place] = [pairOf(context, size), pairOf(context, map)]
  const window = { size: kernel, strides, dilations }
  const auto = text(context, 'auto_pad', 'NOTSET')
  if (auto === 'SAME_UPPER') return { ...window, padding: 'same' }
  if (auto === 'SAME_LOWER') {
    const sides = [0, 1].map((axis) => {
      const total = Math.max(0, (Math.ceil(place[axis]! / strides[axis]!) - 1) * strides[axis]! + extent(window, axis) - place[axis]!) // prettier-ignore
      return [Math.ceil(total / 2), Math.floor(total / 2)] as const
    })
    return { ...window, padding: sides as unknown as Sides }
  }
  const [top = 0, left = 0, bottom = 0, right = 0] = auto === 'VALID' ? [] : (list(context, 'pads') ?? [])
  if (Math.min(top, left, bottom, right) < 0) throw context.graph.unsupported('has padding of less than nothing')
  return { ...window, padding: [[top, bottom], [left, right]] } // prettier-ignore
}

/** Places from the first to the last of a window. */
export function extent({ size, dilations }: Pick<Window, 'size' | 'dilations'>, axis: number): number {
  return (size[axis]! - 1) * dilations[axis]! + 1
}

/** Whether the padding is TensorFlow's `same` at every size of the map: with a stride it depends on the size. */
export function isSamePadding(window: Window): boolean {
  const { padding, strides } = window
  if (padding === 'same') return true
  return [0, 1].every((axis) => {
    const total = extent(window, axis) - 1
    return strides[axis] === 1 && padding[axis]![0] === Math.floor(total / 2) && padding[axis]![1] === Math.ceil(total / 2) // prettier-ignore
  })
}

export function isPadded(padding: Sides): boolean {
  return padding.flat().some((side) => side > 0)
}

function pairOf({ graph }: RuleContext, values: readonly number[]): [number, number] {
  const [height, width, more] = values
  const isPair = [height, width].every((value) => Number.isSafeInteger(value) && value! >= 1) && more === undefined
  if (!isPair) throw graph.unsupported(`has a window or steps of [${values.join(', ')}], not of a height and a width`)
  return [height!, width!]
}
