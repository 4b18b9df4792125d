/** A tensor whose numbers are known without an input, in row-major order. */
export interface Constant {
  readonly kind: 'constant'
  readonly shape: readonly number[]
  /** Whole numbers divide without a rest. */
  readonly isInteger: boolean
  /** Floating-point numbers as float32, whole ones exact up to 2^53. Not to be changed. */
  read(): Float32Array | Float64Array
}

export type Numbers = ReturnType<Constant['read']>

export function constantOf(shape: readonly number[], values: Numbers, isInteger: boolean): Constant {
  return { kind: 'constant', shape, isInteger, read: () => values }
}

export function integers(...values: number[]): Constant {
  return constantOf([values.length], Float64Array.from(values), true)
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1)
}

/** The only number of a constant; null: it has several. */
export function scalarOf(constant: Constant): number | null {
  return sizeOf(constant.shape) === 1 ? constant.read()[0]! : null
}

/** Places in memory from one number to the next along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
}
