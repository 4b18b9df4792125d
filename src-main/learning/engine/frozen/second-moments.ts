import { randomInt, seededRandom } from '../../../base/seeded-random.ts'
import type { Tensor, Tf } from '../../runtime.ts'
import type { ImageShape } from './frozen-node.ts'
import type { Kernel } from './kernel-node.ts'
import { readValues } from '../../ops/read-values.ts'

/** Windows of an image that are looked at. */
const WINDOWS_PER_IMAGE = 16
/** Inputs of one output, at the most: their matrix is inverted. */
const MOST_INPUTS = 1200

/** How the inputs of a kernel's outputs go together: their covariances, over windows drawn anew for each batch. */
export class SecondMoments {
  readonly #kernel: Kernel
  readonly #from: ImageShape
  #windows = 0
  #products: Float64Array
  #sums: Float64Array

  private constructor(kernel: Kernel, from: ImageShape) {
    this.#kernel = kernel
    this.#from = from
    const { sets, inputs } = this.#sizes()
    this.#products = new Float64Array(sets * inputs * inputs)
    this.#sums = new Float64Array(sets * inputs)
  }

  /** null: too many inputs, groups, or a window larger than the image. */
  static of(kernel: Kernel, from: ImageShape): SecondMoments | null {
    const { size, dilations, groups, kind } = kernel
    const inputs = size[0] * size[1] * (kind === 'depthwise' ? 1 : from.channels)
    const fits = (size[0] - 1) * dilations[0] < from.height && (size[1] - 1) * dilations[1] < from.width
    const isGrouped = kind === 'convolution' && groups > 1
    return inputs > MOST_INPUTS || inputs < 2 || isGrouped || !fits ? null : new SecondMoments(kernel, from)
  }

  /** Of a depthwise kernel each channel has a matrix of its own. */
  #sizes() {
    const { size, kind } = this.#kernel
    const taps = size[0] * size[1]
    const { channels } = this.#from
    return kind === 'depthwise' ? { taps, sets: channels, inputs: taps } : { taps, sets: 1, inputs: taps * channels }
  }

  /** (B, height, width, channels) */
  add(tf: Tf, value: Tensor, seed: string): void {
    const { channels } = this.#from
    const { taps, sets, inputs } = this.#sizes()
    const places = this.#places(value.size / (this.#from.height * this.#from.width * channels), seed)
    const [products, sums] = readValues(tf, () => {
      const pixels = tf.gather(tf.reshape(value, [-1, channels]), tf.tensor1d(places, 'int32'))
      const windows = tf.reshape(pixels, [-1, taps, channels])
      const x = sets === 1 ? tf.reshape(windows, [1, -1, inputs]) : tf.transpose(windows, [2, 0, 1])
      return [tf.matMul(x, x, true, false), tf.sum(x, 1)]
    }) as [Float32Array, Float32Array]
    products.forEach((each, i) => (this.#products[i]! += each))
    sums.forEach((each, i) => (this.#sums[i]! += each))
    this.#windows += places.length / taps
  }

  #places(images: number, seed: string): Int32Array {
    const { size, dilations } = this.#kernel
    const { height, width } = this.#from
    const random = seededRandom(0, `windows ${seed}`)
    const places: number[] = []
    for (let i = 0; i < images * WINDOWS_PER_IMAGE; i++) {
      const y = randomInt(random, height - (size[0] - 1) * dilations[0])
      const x = randomInt(random, width - (size[1] - 1) * dilations[1])
      for (let dy = 0; dy < size[0]; dy++) {
        for (let dx = 0; dx < size[1]; dx++) {
          places.push(
            (Math.floor(i / WINDOWS_PER_IMAGE) * height + y + dy * dilations[0]) * width + x + dx * dilations[1],
          )
        }
      }
    }
    return Int32Array.from(places)
  }

  /** (inputs, inputs), of one output channel. */
  covariance(channel: number): Float64Array {
    const { sets, inputs } = this.#sizes()
    const set = sets === 1 ? 0 : channel
    const mean = (i: number) => this.#sums[set * inputs + i]! / this.#windows
    return Float64Array.from({ length: inputs * inputs }, (_, at) => {
      const [i, j] = [Math.floor(at / inputs), at % inputs]
      return this.#products[set * inputs * inputs + at]! / this.#windows - mean(i) * mean(j)
    })
  }

  get inputs(): number {
    return this.#sizes().inputs
  }

  get isShared(): boolean {
    return this.#sizes().sets === 1
  }
}
