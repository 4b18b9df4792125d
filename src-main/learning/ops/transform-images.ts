import type { Tensor, Tensor2D, Tensor4D, Tf } from '../runtime.ts'
import { DT_FLOAT, nativeBackend, typeAttribute } from './native.ts'

/** Affine maps of a batch with bilinear sampling; outside, the edge pixels go on. Shapes: x (B, H, W, C) float32, maps (B, 8): the
 *  pixel (x, y) of the result is read at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1, with the map as
 *  a0, a1, a2, b0, b1, b2, c0, c1. Native: ImageProjectiveTransformV3, for which tfjs-node has no kernel. No gradient. */
export function transformImages(tf: Tf, x: Tensor, maps: Tensor): Tensor {
  const native = nativeBackend(tf)
  if (native === null) return transformEach(tf, x as Tensor4D, maps as Tensor2D)
  const text = (name: string, value: string) => ({ name, type: native.binding.TF_ATTR_STRING, value })
  const attributes = [
    typeAttribute(native, 'dtype', DT_FLOAT),
    text('interpolation', 'BILINEAR'),
    text('fill_mode', 'NEAREST'),
  ]
  const size = tf.tensor1d([x.shape[1]!, x.shape[2]!], 'int32')
  return native.executeSingleOutput('ImageProjectiveTransformV3', attributes, [x, maps, size, tf.scalar(0)])
}

/** One image at a time: the kernel of tfjs' CPU backend (4.22) ends after the first image and leaves the others at 0. */
function transformEach(tf: Tf, x: Tensor4D, maps: Tensor2D): Tensor {
  const each: Tensor2D[] = tf.split(maps, x.shape[0])
  const images: Tensor4D[] = tf.split(x, x.shape[0])
  return tf.concat(images.map((image, i) => tf.image.transform(image, each[i]!, 'bilinear', 'nearest')))
}
