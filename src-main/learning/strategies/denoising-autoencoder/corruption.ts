import { seededRandom } from '../../../base/seeded-random.ts'
import { statelessUniform } from '../../ops/stateless-uniform.ts'
import type { TrainingData, Values } from '../../engine/data/training-data.ts'
import type { Scalar, Tensor, Tf } from '../../runtime.ts'
import { normalNumbers } from '../common/pre-training/normal-numbers.ts'

/** How an input is damaged. `masking`: each number is set to zero with probability `amount`; `gaussian`: normal numbers of standard
 *  deviation `amount` are added. Vincent, Larochelle, Lajoie, Bengio, Manzagol, "Stacked denoising autoencoders", JMLR 11, 2010,
 *  section 3.3. */
export interface Corruption {
  readonly kind: 'masking' | 'gaussian'
  readonly amount: number
}

/** A damaged batch. v of any shape: pixels in [0, 1] or standardised numbers. What is drawn follows from the seed and the step. */
export function corrupt(tf: Tf, v: Tensor, { kind, amount }: Corruption, seed: number, step: Scalar): Tensor {
  if (amount === 0) return tf.clone(v)
  const uniform = statelessUniform(tf, v.shape, seed, step)
  if (kind === 'masking') return tf.mul(v, tf.cast(tf.greaterEqual(uniform, amount), 'float32'))
  // Box and Muller; 1 - u is in (0, 1], whose logarithm exists.
  const length = tf.sqrt(tf.mul(tf.log(tf.sub(1, uniform)), -2))
  const angle = tf.mul(statelessUniform(tf, v.shape, seed + 1, step), 2 * Math.PI)
  return tf.add(v, tf.mul(tf.mul(length, tf.cos(angle)), amount))
}

/** The same samples, damaged once and for all: what a sample gets depends on the seed and its row. Bytes are pixels, 255 is 1; for
 *  showing and measuring. */
export function corruptedData(data: TrainingData, { kind, amount }: Corruption, seed: number): TrainingData {
  const { samples } = data
  const size = samples.shape.reduce((total, value) => total * value, 1)
  const damage = (rows: readonly number[], values: Values): Values => {
    const into = values.slice()
    const unit = values instanceof Uint8Array ? 255 : 1
    rows.forEach((row, i) => {
      const random = seededRandom(seed, `damage ${row}`)
      const noise = kind === 'gaussian' ? normalNumbers(size, amount * unit, random) : null
      for (let at = i * size; at < (i + 1) * size; at++) {
        if (noise === null) into[at] = random() < amount ? 0 : into[at]!
        else if (unit === 1) into[at]! += noise[at - i * size]!
        else into[at] = Math.min(255, Math.max(0, Math.round(into[at]! + noise[at - i * size]!)))
      }
    })
    return into
  }
  return {
    ...data,
    samples: {
      ...samples,
      held: null,
      changes: null,
      load(rows, epoch) {
        const values = samples.load(rows, epoch)
        return values instanceof Promise ? values.then((loaded) => damage(rows, loaded)) : damage(rows, values)
      },
    },
    copies: null,
    preprocessingKey: `${data.preprocessingKey} ${kind} ${amount}`,
  }
}
