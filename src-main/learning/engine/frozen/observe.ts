import type { Seen } from './looks.ts'

/** What was seen of one value, over some batches: all of it in few numbers. */
export class Observed {
  readonly #kept: number
  /** In ascending order: the smallest and the largest samples. */
  #first = new Float32Array()
  #last = new Float32Array()
  #count = 0
  #sums = new Float64Array()
  #lows = new Float32Array()
  #highs = new Float32Array()
  #images = 0

  /** `kept`: how many of the outermost samples can be asked for at each end. */
  constructor(kept: number) {
    this.#kept = kept
  }

  add({ images, samples, lows, highs, means }: Seen): void {
    this.#keep(samples)
    if (this.#images === 0) this.#start(means.length)
    means.forEach((mean, c) => (this.#sums[c]! += mean * images))
    lows.forEach((low, c) => (this.#lows[c] = Math.min(this.#lows[c]!, low)))
    highs.forEach((high, c) => (this.#highs[c] = Math.max(this.#highs[c]!, high)))
    this.#images += images
  }

  #keep(samples: Float32Array): void {
    const sorted = samples.slice().sort()
    this.#first = joined(this.#first, sorted.subarray(0, this.#kept)).slice(0, this.#kept)
    this.#last = joined(this.#last, sorted.subarray(-this.#kept)).slice(-this.#kept)
    this.#count += samples.length
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

  get samples(): number {
    return this.#count
  }

  /** The sample with `beyond` samples below it, and the one with as many above. */
  ends(beyond: number): [low: number, high: number] {
    return [this.#first[beyond]!, this.#last.at(-1 - beyond)!]
  }

  means(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#images)
  }
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const all = new Float32Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all.sort()
}
