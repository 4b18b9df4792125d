import type { Tensor, Tf } from '../../runtime.ts'
import { seededRandom, randomInt } from '../../../base/seeded-random.ts'
import { readValues } from '../../ops/read-values.ts'

/** Numbers of an image that are kept of a value, at places drawn anew for each batch. */
const SAMPLES_PER_IMAGE = 256

/** What was seen of one value, over some batches: all of it in few numbers. */
export class Observed {
  smallest = Infinity
  largest = -Infinity
  readonly #samples: Float32Array[] = []
  #sums = new Float64Array()
  #images = 0

  /** (B, ..., channels) */
  add(tf: Tf, value: Tensor, seed: string): void {
    const images = value.shape[0]!
    const [samples, means, ends] = readValues(tf, () => {
      const flat = tf.reshape(value, [-1])
      const places = tf.tensor1d(drawnPlaces(value.size / images, images, seed), 'int32')
      const mean = tf.mean(tf.reshape(value, [-1, value.shape.at(-1)!]), 0)
      return [tf.gather(flat, places), mean, tf.stack([tf.min(flat), tf.max(flat)])]
    }) as [Float32Array, Float32Array, Float32Array]
    this.#samples.push(samples)
    if (this.#images === 0) this.#sums = new Float64Array(means.length)
    means.forEach((mean, c) => (this.#sums[c]! += mean * images))
    this.smallest = Math.min(this.smallest, ends[0]!)
    this.largest = Math.max(this.largest, ends[1]!)
    this.#images += images
  }

  /** In ascending order. */
  samples(): Float32Array {
    const all = new Float32Array(this.#samples.reduce((total, { length }) => total + length, 0))
    let at = 0
    for (const part of this.#samples) {
      all.set(part, at)
      at += part.length
    }
    return all.sort()
  }

  means(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#images)
  }
}

function drawnPlaces(length: number, images: number, seed: string): Int32Array {
  const count = Math.min(length, SAMPLES_PER_IMAGE)
  const random = seededRandom(0, seed)
  return Int32Array.from({ length: images * count }, (_, i) => {
    const first = Math.floor(i / count) * length
    return first + (count === length ? i % count : randomInt(random, length))
  })
}
