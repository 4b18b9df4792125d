/** Where the channels of a value stand: last as in Graft, or first behind the batch, as most operators of ONNX want them. */
export type Layout = 'last' | 'first'

/** A shape without the batch axis. */
export function inLayout(shape: readonly number[], layout: Layout): number[] {
  return layout === 'last' ? [...shape] : [shape.at(-1)!, ...shape.slice(0, -1)]
}

/** Place of an axis, counted with the batch. */
export function axisIn(axis: number, layout: Layout, rank: number): number {
  if (layout === 'last') return axis + 1
  return axis === rank - 1 ? 1 : axis + 2
}

/** Axes in the order that they are read in, with the batch, to come from the other layout. */
export function permutationTo(layout: Layout, rank: number): number[] {
  const between = Array.from({ length: rank - 1 }, (_, axis) => axis + 1)
  return layout === 'first' ? [0, rank, ...between] : [0, ...between.map((axis) => axis + 1), 1]
}

/** Whether both layouts have the numbers in one order. */
export function isSameOrder(shape: readonly number[]): boolean {
  return shape.at(-1) === 1 || shape.slice(0, -1).every((size) => size === 1)
}

/** Numbers with their axes in another order: new axis i is the old axis `order[i]`. */
export function permuted(
  shape: readonly number[],
  values: Float32Array,
  order: readonly number[],
): { shape: number[]; values: Float32Array } {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, next) => size * next, 1))
  const newShape = order.map((axis) => shape[axis]!)
  const newSteps = order.map((axis) => steps[axis]!)
  const result = new Float32Array(values.length)
  const place = newShape.map(() => 0)
  for (let at = 0, from = 0; at < result.length; at++) {
    result[at] = values[from]!
    for (let axis = place.length - 1; axis >= 0; axis--) {
      from += newSteps[axis]!
      if (++place[axis]! < newShape[axis]!) break
      from -= newSteps[axis]! * newShape[axis]!
      place[axis] = 0
    }
  }
  return { shape: newShape, values: result }
}
