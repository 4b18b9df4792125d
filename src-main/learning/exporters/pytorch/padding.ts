export type Sides = readonly [readonly [number, number], readonly [number, number]]

/** TensorFlow's `same`: as much as the last window needs, the odd one at the end. `shape` is the input's. */
export function samePadding(shape: readonly number[], size: readonly number[], strides: readonly number[]): Sides {
  const along = (axis: 0 | 1): [number, number] => {
    const [length, window, stride] = [shape[axis]!, size[axis]!, strides[axis]!]
    const needed = Math.max((Math.ceil(length / stride) - 1) * stride + window - length, 0)
    return [Math.floor(needed / 2), Math.ceil(needed / 2)]
  }
  return [along(0), along(1)]
}

/** Padding of a module where both sides of each axis are alike, else what F.pad takes before it: (left, right, top, bottom). */
export function sidesOf([rows, columns]: Sides): { own: readonly [number, number]; around: string | null } {
  const isEven = [rows, columns].every(([before, after]) => before === after)
  return isEven ? { own: [rows[0], columns[0]], around: null } : { own: [0, 0], around: aroundOf([rows, columns]) }
}

/** `(left, right, top, bottom)`. */
export const aroundOf = ([rows, columns]: Sides): string => `(${[...columns, ...rows].join(', ')})`
