import type { Tf } from '../../runtime.ts'
import { readValues } from '../../ops/read-values.ts'
import type { ImageShape } from './frozen-node.ts'
import type { Kernel } from './kernel-node.ts'
import { inputsOfKernel } from './window-look.ts'

/** Of windows that wait for others: products of many at once cost a fraction. */
const MOST_WAITING_NUMBERS = 2 ** 20

/** How the inputs of a kernel's outputs go together: their covariances, over windows of its input. */
export class SecondMoments {
  readonly #tf: Tf
  /** Of a depthwise kernel each channel has a matrix of its own. */
  readonly #sets: number
  readonly #taps: number
  readonly #products: Float64Array
  readonly #sums: Float64Array
  #windows = 0
  /** As many as fit, once there are some. */
  #held = new Float32Array()
  #waiting = 0
  readonly inputs: number

  /** `kernel`: one that `inputsOfKernel` has a number for. */
  constructor(tf: Tf, kernel: Kernel, from: ImageShape) {
    const inputs = inputsOfKernel(kernel, from)!
    this.#tf = tf
    this.#sets = kernel.kind === 'depthwise' ? from.channels : 1
    this.#taps = kernel.size[0] * kernel.size[1]
    this.inputs = inputs
    this.#products = new Float64Array(this.#sets * inputs * inputs)
    this.#sums = new Float64Array(this.#sets * inputs)
  }

  /** (windows, taps, channels) */
  add(windows: Float32Array): void {
    if (this.#waiting + windows.length > this.#held.length) this.#count()
    if (windows.length > this.#held.length) this.#held = new Float32Array(Math.max(windows.length, MOST_WAITING_NUMBERS)) // prettier-ignore
    this.#held.set(windows, this.#waiting)
    this.#waiting += windows.length
  }

  #count(): void {
    const { inputs } = this
    const shape = [-1, this.#taps, (this.#sets * inputs) / this.#taps]
    const waiting = this.#held.subarray(0, this.#waiting)
    if (waiting.length === 0) return
    const tf = this.#tf
    const [products, sums] = readValues(tf, () => {
      const windows = tf.tensor(waiting, [waiting.length])
      const x = this.isShared
        ? tf.reshape(windows, [1, -1, inputs])
        : tf.transpose(tf.reshape(windows, shape), [2, 0, 1])
      return [tf.matMul(x, x, true, false), tf.sum(x, 1)]
    }) as [Float32Array, Float32Array]
    for (let i = 0; i < products.length; i++) this.#products[i]! += products[i]!
    for (let i = 0; i < sums.length; i++) this.#sums[i]! += sums[i]!
    this.#windows += waiting.length / (this.#sets * inputs)
    this.#waiting = 0
  }

  /** (inputs, inputs), of one output channel. */
  covariance(channel: number): Float64Array {
    this.#count()
    const { inputs } = this
    const set = this.isShared ? 0 : channel
    const means = this.#sums.slice(set * inputs, (set + 1) * inputs).map((sum) => sum / this.#windows)
    const found = this.#products.slice(set * inputs * inputs, (set + 1) * inputs * inputs)
    for (let i = 0, at = 0; i < inputs; i++) {
      for (let j = 0; j < inputs; j++, at++) found[at] = found[at]! / this.#windows - means[i]! * means[j]!
    }
    return found
  }

  get isShared(): boolean {
    return this.#sets === 1
  }
}
