import { DT_FLOAT } from '../../../ops/native.ts'
import type { Pads, Pair } from '../../operations/graph.ts'
import type { OperationNodes } from './call.ts'
import { paddedInput } from './padding.ts'

const attributes = (size: Pair, strides: Pair, padding: string) => ({
  T: { type: DT_FLOAT },
  ksize: { ints: [1, ...size, 1] },
  strides: { ints: [1, ...strides, 1] },
  padding: { string: padding },
  data_format: { string: 'NHWC' },
})

export const maxPool: OperationNodes<'maxPool'> = (call, window) => {
  const { x, padding } = paddedInput(call, window, -Infinity)
  return call.writer.node('', 'MaxPool', [x], attributes(window.size, window.strides, padding))
}

/** TensorFlow leaves its own padding out of the mean; what was padded before is taken out by a factor for each place. */
export const averagePool: OperationNodes<'averagePool'> = (call, { size, strides, pads }) => {
  const { writer } = call
  const { x, padding } = paddedInput(call, { size, strides, pads })
  const isPadded = x !== call.value(0)
  const mean = writer.node(isPadded ? 'mean' : '', 'AvgPool', [x], attributes(size, strides, padding))
  if (!isPadded) return mean
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const length = call.shape(0)[axis]!
    return shares(call.output[axis]!, length, { size: size[axis], stride: strides[axis], before: pads[axis][0] })
  }) as [number[], number[]]
  const factors = Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)))
  return writer.node('', 'Mul', [mean, writer.floats('factors', [rows.length, columns.length, 1], factors)])
}

interface Along {
  readonly size: number
  readonly stride: number
  readonly before: Pads[0][0]
}

/** What a mean over a whole window is multiplied with to be one over the pixels in it, for each place along an axis. */
function shares(places: number, length: number, { size, stride, before }: Along): number[] {
  return Array.from({ length: places }, (_, place) => {
    const start = place * stride - before
    return size / (Math.min(start + size, length) - Math.max(start, 0))
  })
}
