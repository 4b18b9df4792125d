import type { Tensor, Tensor4D, Tf } from '../runtime.ts'
import { DT_FLOAT, nativeBackend, type NativeBackend, type OpAttribute, typeAttribute } from './native.ts'

export interface GroupedConvolution {
  readonly groups: number
  readonly strides: [number, number]
  readonly padding: 'valid' | 'same'
}

/** Convolution in groups: the g-th part of the channels gives the g-th part of the filters. Shapes: x (B, H, W, C), kernel
 *  (kh, kw, C / groups, F) -> (B, H', W', F). Native: one Conv2D, where this computer's TensorFlow has its gradients (oneDNN has,
 *  TensorFlow's own kernels have not); elsewhere a convolution for each group. */
export function groupedConv2d(tf: Tf, x: Tensor4D, kernel: Tensor4D, how: GroupedConvolution): Tensor4D {
  const native = nativeBackend(tf)
  return native !== null && knowsGroups(tf, native) ? fused(tf, native, x, kernel, how) : split(tf, x, kernel, how)
}

function split(tf: Tf, x: Tensor4D, kernel: Tensor4D, { groups, strides, padding }: GroupedConvolution): Tensor4D {
  const kernels: Tensor4D[] = tf.split(kernel, groups, 3)
  const parts: Tensor4D[] = tf.split(x, groups, 3)
  return tf.concat(
    parts.map((part, g) => tf.conv2d(part, kernels[g]!, strides, padding)),
    3,
  )
}

function fused(tf: Tf, native: NativeBackend, x: Tensor4D, kernel: Tensor4D, how: GroupedConvolution): Tensor4D {
  const attributes = attributesOf(native, how.strides, how.padding)
  const run = tf.customGrad((input, filter, save) => {
    const [a, w] = [input as Tensor, filter as Tensor]
    ;(save as unknown as (tensors: Tensor[]) => void)([a, w])
    return {
      value: native.executeSingleOutput('Conv2D', attributes, [a, w]),
      gradFunc: (dy: Tensor, [saved, weights]: Tensor[]) => gradients(tf, native, attributes, [saved!, weights!, dy]),
    }
  })
  return run(x, kernel) as Tensor4D
}

function gradients(
  tf: Tf,
  native: NativeBackend,
  attributes: OpAttribute[],
  [x, kernel, dy]: [Tensor, Tensor, Tensor],
): Tensor[] {
  const sizes = (tensor: Tensor): Tensor => tf.tensor1d(tensor.shape, 'int32')
  return [
    native.executeSingleOutput('Conv2DBackpropInput', attributes, [sizes(x), kernel, dy]),
    native.executeSingleOutput('Conv2DBackpropFilter', attributes, [x, sizes(kernel), dy]),
  ]
}

function attributesOf(native: NativeBackend, [height, width]: [number, number], padding: 'valid' | 'same') {
  const { binding } = native
  return [
    typeAttribute(native, 'T', DT_FLOAT),
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, height, width, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: padding.toUpperCase() },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
  ]
}

const known = new WeakMap<NativeBackend, boolean>()

/** Asks TensorFlow for the gradients of a tiny grouped convolution, once. */
function knowsGroups(tf: Tf, native: NativeBackend): boolean {
  const answer = known.get(native) ?? tf.tidy(() => tries(tf, native))
  known.set(native, answer)
  return answer
}

function tries(tf: Tf, native: NativeBackend): boolean {
  const [x, kernel, dy] = [tf.ones([1, 2, 2, 4]), tf.ones([1, 1, 2, 4]), tf.ones([1, 2, 2, 4])]
  try {
    gradients(tf, native, attributesOf(native, [1, 1], 'valid'), [x, kernel, dy])
    return true
  } catch {
    return false
  }
}
