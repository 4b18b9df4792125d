import { DT_FLOAT, DT_INT32 } from '../../../ops/native.ts'
import { batched, type Call, type OperationNodes } from './call.ts'

export const hasBiasOf = ({ inputs, constant }: Call): boolean => inputs > 2 && constant(2).isAbsent !== true

/** Adds the third input along the last axis. */
export function biased({ writer, value }: Call, y: string, part = ''): string {
  return writer.node(part, 'BiasAdd', [y, value(2)], { T: { type: DT_FLOAT }, data_format: { string: 'NHWC' } })
}

/** (B, ..., in): as rows, since a product of matrices takes two axes. */
export const dense: OperationNodes<'dense'> = (call) => {
  const { writer } = call
  const [isFlat, hasBias] = [call.output.length === 1, hasBiasOf(call)]
  const features = call.shape(0).at(-1)!
  const rows = isFlat ? call.value(0) : reshape(call, 'rows', call.value(0), [features])
  const product = writer.node(isFlat && !hasBias ? '' : 'product', 'MatMul', [rows, call.value(1)])
  const y = hasBias ? biased(call, product, isFlat ? '' : 'sum') : product
  return isFlat ? y : reshape(call, '', y, call.output)
}

export function reshape(call: Call, part: string, x: string, shape: readonly number[]): string {
  const target = batched(call, part === '' ? 'shape' : `${part}_shape`, shape)
  return call.writer.node(part, 'Reshape', [x, target], { T: { type: DT_FLOAT }, Tshape: { type: DT_INT32 } })
}

/** a and b, or b turned. */
export const matrixProduct: OperationNodes<'matrixProduct'> = ({ writer, value }, { isSecondTransposed }) =>
  writer.node('', 'BatchMatMulV2', [value(0), value(1)], {
    T: { type: DT_FLOAT },
    adj_y: { bool: isSecondTransposed },
  })
