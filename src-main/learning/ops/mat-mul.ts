import type { Tensor, Tensor2D, Tf } from '../runtime.ts'
import { DT_FLOAT, type NativeBackend, nativeBackend, typeAttribute } from './native.ts'

/** Product of two matrices: a (N, K), b (K, M) -> (N, M). Native: MatMul, also for both gradients (dy b^T and a^T dy), where
 *  tfjs-node takes its batched kernel, which TensorFlow's graph optimizer cannot join with a bias and an activation. */
export function matMul(tf: Tf, a: Tensor, b: Tensor): Tensor {
  const native = nativeBackend(tf)
  if (native === null) return tf.matMul(a as Tensor2D, b as Tensor2D)
  const product = tf.customGrad((left, right, save) => {
    ;(save as unknown as (tensors: Tensor[]) => void)([left as Tensor, right as Tensor])
    return {
      value: multiply(native, left as Tensor, right as Tensor, false, false),
      gradFunc: (dy: Tensor, [x, w]: Tensor[]) => [
        multiply(native, dy, w!, false, true),
        multiply(native, x!, dy, true, false),
      ],
    }
  })
  return product(a, b)
}

function multiply(native: NativeBackend, a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const flag = (name: string, value: boolean) => ({ name, type: native.binding.TF_ATTR_BOOL, value })
  const attributes = [
    typeAttribute(native, 'T', DT_FLOAT),
    flag('transpose_a', transposeA),
    flag('transpose_b', transposeB),
  ]
  return native.executeSingleOutput('MatMul', attributes, [a, b])
}
