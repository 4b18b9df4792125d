import { randomInt, type SeededRandom } from '../../src-main/base/seeded-random.ts'

/** Weights, scales and bounds for programs of frozen parts. Often powers of two, so that halves come up and ties are broken; weights now and then all of them
 *  the largest, so that sums are as large as they can be. */
export function randomArithmetic(random: SeededRandom) {
  const isLikely = (share: number) => random() < share
  const scale = () => Math.fround(isLikely(0.4) ? 2 ** (randomInt(random, 4) - 3) : 0.05 + random())

  const bounds = (zeroPoint: number) => {
    const low = isLikely(0.5) && zeroPoint < 200 ? zeroPoint : isLikely(0.8) ? 0 : randomInt(random, 200)
    const high = isLikely(0.6) ? 255 : low + 20 + randomInt(random, 236 - low)
    return { low, high }
  }

  const weight = (): (() => number) => {
    if (isLikely(0.1)) return () => 127
    if (isLikely(0.1)) return () => -127
    if (isLikely(0.1)) return () => 0
    return () => randomInt(random, 255) - 127
  }

  return {
    scale,
    bounds,
    table: () => Uint8Array.from({ length: 256 }, () => randomInt(random, 256)),
    /** Of the input step, one of each a channel. */
    input: (takes: 'uint8' | 'float32', channels: number) => {
      const [least, span] = takes === 'uint8' ? [0.4, 1] : [60, 100]
      const a = () => (isLikely(0.3) ? (takes === 'uint8' ? 0.5 : 64) : least + random() * span)
      return {
        a: Float32Array.from({ length: channels }, a),
        b: Float32Array.from({ length: channels }, () => (isLikely(0.3) ? 128.5 : random() * 160)),
      }
    },
    /** Of `products` products for each of `channels` outputs, the last axis of the weights; what the input's zero point adds is taken off the bias. */
    kernel: (products: number, channels: number, inputZero: number, outputZero: number) => {
      const weights = new Int8Array(products * channels)
      const bias = new Int32Array(channels)
      const multipliers = new Float32Array(channels)
      const spread = Math.sqrt(products) * 73 * 90
      for (let c = 0; c < channels; c += 1) {
        const next = weight()
        let sum = 0
        for (let k = 0; k < products; k += 1) sum += weights[k * channels + c] = next()
        bias[c] = Math.round((random() - 0.5) * spread) - inputZero * sum
        const wanted = (30 + 100 * random()) / spread
        multipliers[c] = isLikely(0.4) ? 2 ** Math.round(Math.log2(wanted)) : wanted
      }
      return { weights, bias, multipliers, ...bounds(outputZero) }
    },
  }
}
