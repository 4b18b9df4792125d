import type { Tensor, Tf } from '../../runtime.ts'
import { seededRandom, randomInt } from '../../../base/seeded-random.ts'
import { readValues } from '../../ops/read-values.ts'

/** Numbers of an image that are kept of a value, at places drawn anew for each batch. */
const SAMPLES_PER_IMAGE = 256

/** By channel. */
export interface ChannelEnds {
  readonly lows: Float32Array
  readonly highs: Float32Array
}

/** What was seen of one value, over some batches: all of it in few numbers. */
export class Observed {
  readonly #samples: Float32Array[] = []
  #sums = new Float64Array()
  #lows = new Float32Array()
  #highs = new Float32Array()
  #images = 0

  /** (B, ..., channels) */
  add(tf: Tf, value: Tensor, seed: string): void {
    const images = value.shape[0]!
    const [samples, means, lows, highs] = readValues(tf, () => {
      const flat = tf.reshape(value, [-1])
      const places = tf.tensor1d(drawnPlaces(value.size / images, images, seed), 'int32')
      const pixels = tf.reshape(value, [-1, value.shape.at(-1)!])
      return [tf.gather(flat, places), tf.mean(pixels, 0), tf.min(pixels, 0), tf.max(pixels, 0)]
    }) as [Float32Array, Float32Array, Float32Array, Float32Array]
    this.#samples.push(samples)
    if (this.#images === 0) this.#start(means.length)
    means.forEach((mean, c) => (this.#sums[c]! += mean * images))
    lows.forEach((low, c) => (this.#lows[c] = Math.min(this.#lows[c]!, low)))
    highs.forEach((high, c) => (this.#highs[c] = Math.max(this.#highs[c]!, high)))
    this.#images += images
  }

  #start(channels: number): void {
    this.#sums = new Float64Array(channels)
    this.#lows = new Float32Array(channels).fill(Infinity)
    this.#highs = new Float32Array(channels).fill(-Infinity)
  }

  get smallest(): number {
    return this.#lows.reduce((least, low) => Math.min(least, low), Infinity)
  }

  get largest(): number {
    return this.#highs.reduce((most, high) => Math.max(most, high), -Infinity)
  }

  /** Smallest and largest number of each channel. */
  channelEnds(): ChannelEnds {
    return { lows: this.#lows, highs: this.#highs }
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
