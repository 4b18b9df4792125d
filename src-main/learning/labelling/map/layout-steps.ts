import type { SeededRandom } from '../../../base/seeded-random.ts'

/** What umap-js has made of the graph: which edges are drawn how often, and the curve of distances. */
export interface LayoutPlan {
  readonly heads: Int32Array
  readonly tails: Int32Array
  /** Every how many epochs an edge is drawn. */
  readonly epochsPerSample: Float64Array
  /** Parameters of 1 / (1 + a d^(2b)). */
  readonly a: number
  readonly b: number
  readonly epochs: number
  readonly nodes: number
}

const NEGATIVES_PER_SAMPLE = 5
const STEEPEST = 4
const NEAR_ZERO = 0.001

/** Moves points (nodes, 2) by stochastic gradient descent on UMAP's cross-entropy with negative samples (McInnes, Healy, Melville,
 *  arXiv:1802.03426, algorithm 5), one epoch a call, the rate falling from 1 to 0. The same steps in the same order as umap-js 1.4's
 *  optimizeLayoutStep with its defaults, in flat arrays and with one power a distance: in half the time. */
export function layoutSteps(plan: LayoutPlan, places: Float64Array, random: SeededRandom): (epoch: number) => void {
  const { heads, tails, epochsPerSample, a, b, epochs, nodes } = plan
  const perNegative = epochsPerSample.map((every) => every / NEGATIVES_PER_SAMPLE)
  const nextSample = epochsPerSample.slice()
  const nextNegative = perNegative.slice()
  let rate = 1

  function pull(j: number, k: number): void {
    const dx = places[j]! - places[k]!
    const dy = places[j + 1]! - places[k + 1]!
    const square = dx * dx + dy * dy
    if (square <= 0) return
    const power = square ** b
    const slope = (-2 * a * b * (power / square)) / (a * power + 1)
    const mx = rate * clip(slope * dx)
    const my = rate * clip(slope * dy)
    places[j]! += mx
    places[j + 1]! += my
    places[k]! -= mx
    places[k + 1]! -= my
  }

  function push(j: number, k: number): void {
    const dx = places[j]! - places[k]!
    const dy = places[j + 1]! - places[k + 1]!
    const square = dx * dx + dy * dy
    if (square <= 0 && j === k) return
    const slope = square > 0 ? (2 * b) / ((NEAR_ZERO + square) * (a * square ** b + 1)) : 0
    places[j]! += rate * (slope > 0 ? clip(slope * dx) : STEEPEST)
    places[j + 1]! += rate * (slope > 0 ? clip(slope * dy) : STEEPEST)
  }

  return (epoch) => {
    for (let e = 0; e < heads.length; e++) {
      if (nextSample[e]! > epoch) continue
      const j = 2 * heads[e]!
      pull(j, 2 * tails[e]!)
      nextSample[e]! += epochsPerSample[e]!
      const negatives = Math.floor((epoch - nextNegative[e]!) / perNegative[e]!)
      for (let n = 0; n < negatives; n++) push(j, 2 * Math.floor(random() * nodes))
      nextNegative[e]! += negatives * perNegative[e]!
    }
    rate = 1 - epoch / epochs
  }
}

function clip(value: number): number {
  return value > STEEPEST ? STEEPEST : value < -STEEPEST ? -STEEPEST : value
}
