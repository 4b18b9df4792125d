import type { Seen } from './looks.ts'

/** What was seen of one value, over some batches: all of it in few numbers. */
export class Observed {
  readonly #samples: Float32Array[] = []
  #sums = new Float64Array()
  #lows = new Float32Array()
  #highs = new Float32Array()
  #images = 0

  add({ images, samples, lows, highs, means }: Seen): void {
    this.#samples.push(samples.slice())
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
