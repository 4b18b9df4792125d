import type { Neighbours } from './nearest-neighbours.ts'

/** A weighted graph over rows: edge e goes from heads[e] to tails[e]; both directions of an edge are there, in order of head, then tail. */
export interface Edges {
  readonly nodes: number
  readonly heads: Int32Array
  readonly tails: Int32Array
  readonly weights: Float32Array
}

const TOLERANCE = 1e-5
const LEAST_SCALE = 1e-3
const ROUNDS = 64

/** The fuzzy simplicial set of nearest neighbours (McInnes, Healy, Melville, arXiv:1802.03426, algorithms 2 and 3): memberships
 *  exp(-(d - rho) / sigma), and of either direction a + b - ab. As umap-js and umap-learn compute it with their defaults (local
 *  connectivity 1, mix ratio 1), in flat arrays: umap-js keeps a map with a text key per edge, which is 4 GB for 100,000 rows. */
export function fuzzyNeighbours(neighbours: Neighbours): Edges {
  const { count, rows } = neighbours
  const nodes = rows.length / count
  const memberships = membershipsOf(neighbours, nodes)
  const incoming = incomingOf(neighbours, nodes)
  const heads: Int32Array = new Int32Array(2 * rows.length)
  const tails = new Int32Array(2 * rows.length)
  const weights = new Float32Array(2 * rows.length)
  const own = new Float32Array(nodes)
  let edges = 0
  for (let i = 0; i < nodes; i++) {
    const met: number[] = []
    const take = (other: number, membership: number): void => {
      if (other === i || membership === 0) return
      const before = own[other]!
      if (before === 0) met.push(other)
      own[other] = before + membership - before * membership
    }
    for (let k = i * count; k < (i + 1) * count; k++) take(rows[k]!, memberships[k]!)
    for (let k = incoming.starts[i]!; k < incoming.starts[i + 1]!; k++) {
      const place = incoming.places[k]!
      take(Math.floor(place / count), memberships[place]!)
    }
    for (const other of met.sort((a, b) => a - b)) {
      heads[edges] = i
      tails[edges] = other
      weights[edges++] = own[other]!
      own[other] = 0
    }
  }
  return {
    nodes,
    heads: heads.slice(0, edges),
    tails: tails.slice(0, edges),
    weights: weights.slice(0, edges),
  }
}

/** Per place in `rows`: how much that neighbour belongs to its row, 0..1. */
function membershipsOf({ rows, distances, count }: Neighbours, nodes: number): Float32Array {
  const memberships = new Float32Array(rows.length)
  const meanOfAll = meanOf(distances)
  for (let i = 0; i < nodes; i++) {
    const own = distances.subarray(i * count, (i + 1) * count)
    const rho = own.find((distance) => distance > 0) ?? 0
    const sigma = Math.max(scaleOf(own, rho), LEAST_SCALE * (rho > 0 ? meanOf(own) : meanOfAll))
    for (let k = 1; k < count; k++) {
      const beyond = own[k]! - rho
      memberships[i * count + k] = beyond <= 0 ? 1 : Math.exp(-beyond / sigma)
    }
  }
  return memberships
}

/** The sigma with which the memberships of a row add up to log2 of the number of neighbours, by bisection. */
function scaleOf(distances: Float32Array, rho: number): number {
  const target = Math.log2(distances.length)
  let [low, high, sigma] = [0, Infinity, 1]
  for (let round = 0; round < ROUNDS; round++) {
    let sum = 0
    for (let k = 1; k < distances.length; k++) sum += Math.min(1, Math.exp(-(distances[k]! - rho) / sigma))
    if (Math.abs(sum - target) < TOLERANCE) break
    if (sum > target) high = sigma
    else low = sigma
    sigma = high === Infinity ? 2 * sigma : (low + high) / 2
  }
  return sigma
}

/** For each row the places at which others name it as their neighbour. */
function incomingOf({ rows }: Neighbours, nodes: number): { starts: Int32Array; places: Int32Array } {
  const starts = new Int32Array(nodes + 1)
  for (const row of rows) starts[row + 1]!++
  for (let i = 0; i < nodes; i++) starts[i + 1]! += starts[i]!
  const next = starts.slice(0, nodes)
  const places = new Int32Array(rows.length)
  rows.forEach((row, place) => (places[next[row]!++] = place))
  return { starts, places }
}

function meanOf(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
