import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import { countOf, drawRows, type Features, featuresOf, pickFeatures } from './features.ts'

export interface Mmd {
  /** MMD^2, unbiased: about 0 for equal distributions, and then also below 0. */
  readonly squared: number
  /** Width of the kernel: the median distance of two samples. */
  readonly width: number
  /** Share of random divisions of the same samples that give at least this value; small: the domains differ. */
  readonly pValue: number
  readonly perDomain: number
}

export interface MmdOptions {
  readonly seed: number
  /** Samples of each domain at most; default 300. */
  readonly most?: number
  /** Random divisions for the p-value; default 200. */
  readonly permutations?: number
}

/** Maximum mean discrepancy with the kernel k(a, b) = exp(-|a - b|^2 / (2 width^2)):
 *  MMD^2 = mean of k over pairs of different source samples + the same of the target - 2 * mean of k over source-target pairs.
 *  Gretton, Borgwardt, Rasch, Schoelkopf, Smola, "A kernel two-sample test", JMLR 13 (2012), eq. (3), unbiased; the width is the
 *  median distance in the joint sample (section 8); the p-value comes from permutations of the domains, (1 + hits) / (1 + draws). */
export function mmd(source: Features, target: Features, options: MmdOptions): Mmd {
  const { seed, most = 300, permutations = 200 } = options
  const perDomain = Math.min(countOf(source), countOf(target), most)
  if (perDomain < 2) throw new RangeError(`Expected at least 2 samples of each domain. Received: ${perDomain}`)
  const drawn = [source, target].map((features, d) => {
    return pickFeatures(features, drawRows(countOf(features), perDomain, seed, `mmd ${d}`))
  }) as [Features, Features]
  const squares = squaredDistances(drawn)
  const width = medianDistance(squares, 2 * perDomain)
  const kernel = squares.map((value) => Math.exp(-value / (2 * width * width)))
  const order = Array.from({ length: 2 * perDomain }, (_, i) => i)
  const squared = discrepancy(kernel, order)
  const random = seededRandom(seed, 'permutations')
  let hits = 0
  for (let i = 0; i < permutations; i++) if (discrepancy(kernel, shuffle(order, random)) >= squared) hits += 1
  return { squared, width, pValue: (1 + hits) / (1 + permutations), perDomain }
}

/** (2n, 2n), the source's samples first. */
function squaredDistances([source, target]: readonly [Features, Features]): Float64Array {
  const rows = [source, target].flatMap((part) => Array.from({ length: countOf(part) }, (_, i) => featuresOf(part, i)))
  const squares = new Float64Array(rows.length ** 2)
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      let sum = 0
      for (let k = 0; k < source.length; k++) sum += (rows[i]![k]! - rows[j]![k]!) ** 2
      squares[i * rows.length + j] = squares[j * rows.length + i] = sum
    }
  }
  return squares
}

/** Over all pairs of different samples; 1 where more than half of them coincide. */
function medianDistance(squares: Float64Array, count: number): number {
  const above: number[] = []
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) above.push(squares[i * count + j]!)
  above.sort((a, b) => a - b)
  const middle = above.length / 2
  const median = (Math.sqrt(above[Math.ceil(middle) - 1]!) + Math.sqrt(above[Math.floor(middle)]!)) / 2
  return median > 0 ? median : 1
}

/** Of the samples whose places in the kernel's matrix come first in `order`, against the others. */
function discrepancy(kernel: Float64Array, order: readonly number[]): number {
  const count = order.length
  const n = count / 2
  const isSource = new Uint8Array(count)
  for (let i = 0; i < n; i++) isSource[order[i]!] = 1
  let [same, other] = [0, 0]
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      if (isSource[i] === isSource[j]) same += kernel[i * count + j]!
      else other += kernel[i * count + j]!
    }
  }
  return (2 * same) / (n * (n - 1)) - (2 * other) / (n * n)
}
