import type { Tensor, Tf } from '../../runtime.ts'
import { seededRandom, randomInt } from '../../../base/seeded-random.ts'

/** Numbers of an image that are kept of a value, at places drawn anew for each batch. */
const SAMPLES_PER_IMAGE = 256

/** What was seen of one value, over some batches: all of it in few numbers. */
export class Observed {
  /** Of each channel. */
  smallest: Float32Array = new Float32Array()
  largest: Float32Array = new Float32Array()
  readonly #samples: { readonly values: Float32Array; readonly places: Int32Array }[] = []
  #sums = new Float64Array()
  #images = 0

  /** (B, ..., channels) */
  add(tf: Tf, value: Tensor, seed: string): void {
    const images = value.shape[0]!
    const places = drawnPlaces(value.size / images, images, seed)
    const [values, means, smallest, largest] = tf.tidy(() => {
      const pixels = tf.reshape(value, [-1, value.shape.at(-1)!])
      const drawn = tf.gather(tf.reshape(value, [-1]), tf.tensor1d(places, 'int32'))
      const all = [drawn, tf.mean(pixels, 0), tf.min(pixels, 0), tf.max(pixels, 0)]
      return all.map((tensor) => tensor.dataSync<'float32'>().slice())
    }) as [Float32Array, Float32Array, Float32Array, Float32Array]
    this.#samples.push({ values, places })
    if (this.#images === 0) {
      this.#sums = new Float64Array(means.length)
      this.smallest = smallest
      this.largest = largest
    }
    means.forEach((mean, c) => {
      this.#sums[c]! += mean * images
      this.smallest[c] = Math.min(this.smallest[c]!, smallest[c]!)
      this.largest[c] = Math.max(this.largest[c]!, largest[c]!)
    })
    this.#images += images
  }

  /** In ascending order; each divided by its channel's scale. */
  samples(scales: Float32Array | null): Float32Array {
    const channels = this.#sums.length
    const all = this.#samples.map(({ values, places }) =>
      scales === null ? values : values.map((value, i) => value / scales[places[i]! % channels]!),
    )
    const joined = new Float32Array(all.reduce((total, { length }) => total + length, 0))
    let at = 0
    for (const part of all) {
      joined.set(part, at)
      at += part.length
    }
    return joined.sort()
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
