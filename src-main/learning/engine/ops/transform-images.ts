import type { Tensor, Tensor2D, Tensor4D, Tf } from '../../lab.ts'
import { DT_FLOAT, nativeBackend, typeAttribute } from './native.ts'

/** Affine maps of a batch with bilinear sampling; outside, the edge pixels go on. Shapes: x (B, H, W, C) float32, maps (B, 8): the
 *  pixel (x, y) of the result is read at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1, with the map as
 *  a0, a1, a2, b0, b1, b2, c0, c1. Native: ImageProjectiveTransformV3, for which tfjs-node has no kernel. No gradient. */
export function transformImages(tf: Tf, x: Tensor, maps: Tensor): Tensor {
  const native = nativeBackend(tf)
  if (native === null) return tf.image.transform(x as Tensor4D, maps as Tensor2D, 'bilinear', 'nearest')
  const text = (name: string, value: string) => ({ name, type: native.binding.TF_ATTR_STRING, value })
  const attributes = [
    typeAttribute(native, 'dtype', DT_FLOAT),
    text('interpolation', 'BILINEAR'),
    text('fill_mode', 'NEAREST'),
  ]
  const size = tf.tensor1d([x.shape[1]!, x.shape[2]!], 'int32')
  return native.executeSingleOutput('ImageProjectiveTransformV3', attributes, [x, maps, size, tf.scalar(0)])
}
