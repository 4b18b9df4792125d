import type { FrozenNative } from '../../frozen-native.ts'
import type { ImageShape } from './frozen-node.ts'
import type { Kernel } from './kernel-node.ts'
import { inputsOfKernel } from './window-look.ts'

/** How the inputs of a kernel's outputs go together: their covariances, over windows of its input. Sums are float32, of half of each symmetric matrix: a
 *  network has dozens of them at once. */
export class SecondMoments {
  readonly #native: Pick<FrozenNative, 'addProducts'>
  readonly #threads: number
  /** Of a depthwise kernel each channel has a matrix of its own. */
  readonly #sets: number
  /** As `addProducts` has them. */
  #sums: Float32Array
  #windows = 0
  readonly inputs: number

  /** `kernel`: one that `inputsOfKernel` has a number for. */
  constructor(native: Pick<FrozenNative, 'addProducts'>, kernel: Kernel, from: ImageShape, threads: number) {
    const inputs = inputsOfKernel(kernel, from)!
    this.#native = native
    this.#threads = threads
    this.#sets = kernel.kind === 'depthwise' ? from.channels : 1
    this.inputs = inputs
    this.#sums = new Float32Array(((inputs * (inputs + 1)) / 2 + inputs) * this.#sets)
  }

  /** (windows, taps, channels) */
  add(windows: Float32Array): void {
    this.#native.addProducts(windows, this.inputs, this.#sets, this.#sums, this.#threads)
    this.#windows += windows.length / (this.inputs * this.#sets)
  }

  /** (inputs, inputs), of one output channel. */
  covariance(channel: number): Float64Array {
    const { inputs } = this
    const set = this.isShared ? 0 : channel
    const sum = (place: number) => this.#sums[place * this.#sets + set]! / this.#windows
    const pairs = (inputs * (inputs + 1)) / 2
    const means = Float64Array.from({ length: inputs }, (_, i) => sum(pairs + i))
    const found = new Float64Array(inputs * inputs)
    for (let i = 0, at = 0; i < inputs; i++) {
      for (let j = i; j < inputs; j++, at++) {
        found[i * inputs + j] = sum(at) - means[i]! * means[j]!
        found[j * inputs + i] = found[i * inputs + j]!
      }
    }
    return found
  }

  /** Lets go of the sums. */
  release(): void {
    this.#sums = new Float32Array()
  }

  get isShared(): boolean {
    return this.#sets === 1
  }
}
