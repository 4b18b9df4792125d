import { setImmediate } from 'node:timers/promises'
import { UMAP } from 'umap-js'
import { seededRandom } from '../../../base/seeded-random.ts'
import { type Edges, fuzzyNeighbours } from './fuzzy-neighbours.ts'
import { type LayoutPlan, layoutSteps } from './layout-steps.ts'
import type { Neighbours } from './nearest-neighbours.ts'

export interface LayoutOptions {
  /** Smallest distance of points that are alike, 0..1. */
  readonly minDistance: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** What umap-js 1.4 asks of its sparse matrix after the neighbours are known. */
interface Graph {
  readonly nRows: number
  readonly nCols: number
  getValues(): Float32Array
  getAll(): { row: number; col: number; value: number }[]
  map(change: (value: number) => number): Graph
}

/** What is asked of the inside of umap-js: the graph is ours, and its plan of the optimisation is read. */
interface Insides {
  fuzzySimplicialSet: () => Graph
  makeSearchGraph: () => Graph
  readonly optimizationState: {
    readonly head: readonly number[]
    readonly tail: readonly number[]
    readonly epochsPerSample: readonly number[]
    readonly a: number
    readonly b: number
    readonly nEpochs: number
  }
}

const SLICE_MS = 100
/** Of the start along either axis, as umap-learn has it. */
const EXTENT = 10

/** UMAP's places in the plane, (rows, 2), over given neighbours: umap-js plans the optimisation (its curve, its epochs, how often each edge
 *  is drawn), `layoutSteps` does it. Begins at `start` (rows, 2), each axis stretched to 0..10 as umap-learn does with every start, rather
 *  than at random as umap-js would. Needs at least 3 rows. Throws the signal's reason. */
export async function umapLayout(
  neighbours: Neighbours,
  start: Float32Array,
  { minDistance, seed, signal, onProgress = () => undefined }: LayoutOptions,
): Promise<Float32Array> {
  const plan = layoutPlan(neighbours, minDistance)
  const places = Float64Array.from(stretch(start, EXTENT))
  const step = layoutSteps(plan, places, seededRandom(seed, 'umap'))
  let sliceFrom = performance.now()
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    signal.throwIfAborted()
    step(epoch)
    if (performance.now() - sliceFrom < SLICE_MS && epoch + 1 < plan.epochs) continue
    onProgress(epoch + 1, plan.epochs)
    await setImmediate()
    sliceFrom = performance.now()
  }
  return Float32Array.from(places)
}

export function layoutPlan(neighbours: Neighbours, minDistance: number): LayoutPlan {
  const graph = graphOf(fuzzyNeighbours(neighbours))
  const umap = new UMAP({ nNeighbors: neighbours.count, minDist: minDistance, random: () => 0 })
  umap.setPrecomputedKNN([], [])
  const insides = umap as unknown as Insides
  Object.assign(insides, { fuzzySimplicialSet: () => graph, makeSearchGraph: () => graph })
  // With neighbours given, the vectors themselves are only counted.
  umap.initializeFit(Array.from({ length: graph.nRows }, () => []))
  const { head, tail, epochsPerSample, a, b, nEpochs } = insides.optimizationState
  return {
    heads: Int32Array.from(head),
    tails: Int32Array.from(tail),
    epochsPerSample: Float64Array.from(epochsPerSample),
    a,
    b,
    epochs: nEpochs,
    nodes: graph.nRows,
  }
}

function graphOf({ nodes, heads, tails, weights }: Edges): Graph {
  return {
    nRows: nodes,
    nCols: nodes,
    getValues: () => weights,
    getAll: () => Array.from(weights, (value, e) => ({ row: heads[e]!, col: tails[e]!, value })),
    map: (change) => graphOf({ nodes, heads, tails, weights: weights.map(change) }),
  }
}

/** Each of the two axes to 0..extent; one without extent stays in the middle. */
function stretch(places: Float32Array, extent: number): Float32Array {
  const result = places.slice()
  for (const axis of [0, 1]) {
    let [least, most] = [Infinity, -Infinity]
    for (let at = axis; at < places.length; at += 2) {
      least = Math.min(least, places[at]!)
      most = Math.max(most, places[at]!)
    }
    for (let at = axis; at < places.length; at += 2)
      result[at] = most > least ? (extent * (places[at]! - least)) / (most - least) : extent / 2
  }
  return result
}
