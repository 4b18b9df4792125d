import { seededRandom } from '../../base/seeded-random.ts'
import type { Scalar, Tensor, Tf } from '../runtime.ts'
import { DT_FLOAT, DT_INT32, nativeBackend, typeAttribute } from './native.ts'

/** Numbers in [0, 1) that depend on (seed, step) alone, so that a resumed run draws the same ones and a recorded step does
 *  not freeze them. Shape as given, float32. `step` is an int32 scalar. Native: StatelessRandomUniform (Philox); on
 *  pure-JavaScript tfjs the project's own generator: other numbers, the same promise. */
export function statelessUniform(tf: Tf, shape: number[], seed: number, step: Scalar): Tensor {
  const native = nativeBackend(tf)
  if (native === null) {
    const random = seededRandom(seed, `step ${step.dataSync()[0]!}`)
    return tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random), shape)
  }
  const key = tf.stack([tf.scalar(seed | 0, 'int32'), step])
  const attributes = [
    typeAttribute(native, 'dtype', DT_FLOAT),
    typeAttribute(native, 'T', DT_INT32),
    typeAttribute(native, 'Tseed', DT_INT32),
  ]
  return native.executeSingleOutput('StatelessRandomUniform', attributes, [tf.tensor1d(shape, 'int32'), key])
}
