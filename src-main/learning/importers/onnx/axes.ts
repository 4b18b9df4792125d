/** A run of places that stays together while axes are cut, merged and reordered. Its identity is what counts. */
export interface Atom {
  readonly size: number
}

/** An axis of a tensor: atoms, the outermost first; none: it is 1 wide. */
export type Axis = readonly Atom[]

/** Which places of memory belong to which axes: the axes of a layer's output as it lies in memory, and those of the tensor that ONNX sees. */
export interface Arrangement {
  readonly layout: readonly Axis[]
  readonly axes: readonly Axis[]
}

export function axisOf(size: number): Axis {
  return size === 1 ? [] : [{ size }]
}

export function axisSize(axis: Axis): number {
  return axis.reduce((total, { size }) => total * size, 1)
}

export function sizesOf(axes: readonly Axis[]): number[] {
  return axes.map(axisSize)
}

export function isSame(a: Axis, b: Axis): boolean {
  return a.length === b.length && a.every((atom, index) => atom === b[index])
}

/** The same numbers in the same order with other axes; null: an axis would end within two atoms at once. */
export function reshaped({ layout, axes }: Arrangement, shape: readonly number[]): Arrangement | null {
  const left = axes.flat()
  let cut = layout
  const result: Axis[] = []
  for (const size of shape) {
    const axis: Atom[] = []
    let rest = size
    while (rest > 1) {
      const atom = left.shift()
      if (atom === undefined) return null
      if (rest % atom.size === 0) {
        axis.push(atom)
        rest /= atom.size
      } else if (atom.size % rest === 0) {
        const [outer, inner] = [{ size: rest }, { size: atom.size / rest }]
        cut = withParts(cut, atom, [outer, inner])
        axis.push(outer)
        left.unshift(inner)
        rest = 1
      } else return null
    }
    result.push(axis)
  }
  return left.length === 0 ? { layout: cut, axes: result } : null
}

export function withParts(axes: readonly Axis[], atom: Atom, parts: readonly Atom[]): Axis[] {
  return axes.map((axis) => axis.flatMap((each) => (each === atom ? parts : [each])))
}

/** Where each place of the atoms in the order `to` lies in the order `from`. Those of `from` that are fixed stand at the index that is given. */
export function places(from: Axis, to: Axis, fixed: ReadonlyMap<Atom, number> = new Map()): Int32Array {
  const strides = new Map<Atom, number>()
  let total = 1
  for (const atom of from.toReversed()) {
    strides.set(atom, total)
    total *= atom.size
  }
  const start = [...fixed].reduce((sum, [atom, index]) => sum + index * strides.get(atom)!, 0)
  let result = [start]
  for (const atom of to) {
    const stride = strides.get(atom)!
    result = result.flatMap((place) => Array.from({ length: atom.size }, (_, index) => place + index * stride))
  }
  return Int32Array.from(result)
}
