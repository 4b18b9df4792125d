import { DT_FLOAT } from '../../../ops/native.ts'
import type { OperationNodes } from './call.ts'
import { reduce } from './shape.ts'

/** Of images TensorFlow's own; else (x - mean) * scale + beta. */
export const batchNormalization: OperationNodes<'batchNormalization'> = (call, { epsilon }) => {
  const { writer, value } = call
  if (call.output.length === 3) {
    const attributes = {
      T: { type: DT_FLOAT },
      U: { type: DT_FLOAT },
      epsilon: { float: epsilon },
      is_training: { bool: false },
      data_format: { string: 'NHWC' },
    }
    return writer.node('', 'FusedBatchNormV3', [0, 1, 2, 3, 4].map(value), attributes)
  }
  const [gamma, variance] = [call.constant(1), call.constant(4)]
  const [factors, spreads] = [gamma.values(), variance.values()]
  const scale = factors.map((factor, i) => factor / Math.sqrt(spreads[i]! + epsilon))
  const centred = writer.node('centred', 'Sub', [value(0), value(3)])
  const scaled = writer.node('scaled', 'Mul', [centred, writer.floats('scale', gamma.shape, scale)])
  return writer.node('', 'AddV2', [scaled, value(2)])
}

/** Over the last axis. */
export const layerNormalization: OperationNodes<'layerNormalization'> = (call, { epsilon }) => {
  const { writer, value } = call
  const last = [call.output.length]
  const mean = reduce(call, 'mean', 'Mean', value(0), last, true)
  const centred = writer.node('centred', 'Sub', [value(0), mean])
  const squared = writer.node('squared', 'Square', [centred])
  const variance = reduce(call, 'variance', 'Mean', squared, last, true)
  const raised = writer.node('raised', 'AddV2', [variance, writer.scalar('epsilon', epsilon)])
  const normal = writer.node('normal', 'Mul', [centred, writer.node('factor', 'Rsqrt', [raised])])
  return writer.node('', 'AddV2', [writer.node('scaled', 'Mul', [normal, value(1)]), value(2)])
}
