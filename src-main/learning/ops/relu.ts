import type { Tensor, Tf } from '../runtime.ts'
import { DT_FLOAT, nativeBackend, typeAttribute } from './native.ts'

/** max(x, 0), bounded by `maximum` where one is given. Any shape, float32. Native: Relu or Relu6 with its own gradient op
 *  in place of the five element-wise ones that tfjs records. The gradient at the kinks is 0. */
export function relu(tf: Tf, x: Tensor, maximum: number | null = null): Tensor {
  const native = nativeBackend(tf)
  if (native === null || (maximum !== null && maximum !== 6)) {
    if (maximum === null) return tf.relu(x)
    return maximum === 6 ? tf.relu6(x) : tf.minimum(tf.relu(x), maximum)
  }
  const op = maximum === 6 ? 'Relu6' : 'Relu'
  const type = typeAttribute(native, 'T', DT_FLOAT)
  const fused = tf.customGrad((input, save) => {
    const y = native.executeSingleOutput(op, [type], [input as Tensor])
    ;(save as (tensors: Tensor[]) => void)([y])
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => native.executeSingleOutput(`${op}Grad`, [type], [dy, saved[0]!]),
    }
  })
  return fused(x)
}
