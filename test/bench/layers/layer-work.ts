/** What one operation of a network did for one image. */
export interface LayerWork {
  /** "1x1", "3x3", "depthwise 5x5", "product", "attention", "LayerNorm" ... */
  readonly kind: string
  /** Rows of the map that comes out; null: no map. */
  readonly side: number | null
  /** A multiplication and an addition are two; 0: neither counts. */
  readonly operations: number
  /** Numbers that are read and written, weights left out: they are shared by a batch. */
  readonly values: number
  /** Of one core; of an operation that two cores share, the time of both. */
  readonly milliseconds: number
}

export interface Convolution {
  /** [height, width] of the kernel. */
  readonly kernel: readonly [number, number]
  readonly groups: number
  readonly inputs: number
  readonly outputs: number
  /** [height, width] */
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
}

/** Kind, side and costs of a convolution of one image. */
export function convolutionWork(convolution: Convolution): Omit<LayerWork, 'milliseconds'> {
  const { kernel, groups, inputs, outputs, from, to } = convolution
  const places = to[0] * to[1]
  const size = `${kernel[0]}x${kernel[1]}`
  const isDepthwise = groups > 1 && groups === inputs
  return {
    kind: isDepthwise ? `depthwise ${size}` : size,
    side: to[0],
    operations: 2 * places * outputs * (inputs / groups) * kernel[0] * kernel[1],
    values: from[0] * from[1] * inputs + places * outputs,
  }
}

/** Cost of a product of matrices [m, k] and [k, n], all rows of one image; `count` of them where each belongs to a head of attention. */
export function productWork(m: number, k: number, n: number, count: number): Omit<LayerWork, 'milliseconds'> {
  const kind = count > 1 ? 'attention' : 'product'
  const second = count > 1 ? k * n : 0
  return { kind, side: null, operations: 2 * count * m * k * n, values: count * (m * k + m * n + second) }
}
