import { DT_FLOAT } from '../../../ops/native.ts'
import type { Pair } from '../../../operations/graph.ts'
import { poolFactors } from '../../../operations/pool-factors.ts'
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
export const averagePool: OperationNodes<'averagePool'> = (call, window) => {
  const { writer, output } = call
  const { x, padding } = paddedInput(call, window)
  const isPadded = x !== call.value(0)
  const mean = writer.node(isPadded ? 'mean' : '', 'AvgPool', [x], attributes(window.size, window.strides, padding))
  if (!isPadded) return mean
  const factors = poolFactors(window, call.shape(0), output)
  return writer.node('', 'Mul', [mean, writer.floats('factors', [output[0]!, output[1]!, 1], factors)])
}
