import type { Tensor, Tensor1D, Tf } from '../runtime.ts'
import { DT_INT32, nativeBackend, nativeType, typeAttribute } from './native.ts'

/** Some rows of a tensor: x (N, ...), indices (B) int32 in 0..N-1 -> (B, ...). No gradient. tfjs-node's own gather reads the
 *  indices back to check them, which a recorded step cannot. */
export function gatherRows(tf: Tf, x: Tensor, indices: Tensor): Tensor {
  const native = nativeBackend(tf)
  if (native === null) return tf.gather(x, indices as Tensor1D)
  const attributes = [
    typeAttribute(native, 'Tparams', nativeType(x)),
    typeAttribute(native, 'Tindices', DT_INT32),
    typeAttribute(native, 'Taxis', DT_INT32),
  ]
  return native.executeSingleOutput('GatherV2', attributes, [x, indices, tf.scalar(0, 'int32')])
}
