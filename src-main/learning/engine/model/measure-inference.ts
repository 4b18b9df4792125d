import type { Network } from '../../../contract/network.ts'
import type { Runtime } from '../../runtime.ts'
import { inferNetwork } from '../../network/infer.ts'
import { createInference } from './inference.ts'
import type { WeightValues } from '../../weights/weight-values.ts'

const BATCH = 32
/** Calls before measuring, in which the graph is compiled and caches fill. */
const WARM_UP = 3
const CALLS = 9

export interface NetworkCost {
  readonly parameters: number
  /** Of the weights in float32. */
  readonly bytes: number
  /** Median over batches of 32, divided by 32. */
  readonly msPerSample: number
}

/** What a network costs: its size, and the time that one sample takes in inference on this computer. After `mostMs` milliseconds no
 *  further batch is begun; one is measured in any case. */
export function measureNetwork(
  runtime: Runtime,
  network: Network,
  weights: WeightValues,
  mostMs = Infinity,
): NetworkCost {
  const { shapes, facts } = inferNetwork(network)
  const shape = shapes.get(network.layers[0]!.name)!
  const samples = { shape, layer: null, storage: 'float32', normalisation: null } as const
  const inference = createInference(runtime, { network, weights, samples, precision: 'float32' })
  const values = new Float32Array(BATCH * shape.reduce((total, side) => total * side, 1)).fill(0.5)
  try {
    const milliseconds = medianMs(runtime, () => inference.run(values), mostMs)
    const parameters = facts.reduce((total, layer) => total + layer.parameters, 0)
    return { parameters, bytes: parameters * 4, msPerSample: milliseconds / BATCH }
  } finally {
    inference.dispose()
  }
}

/** Median of some calls in milliseconds, after a few that compile and fill caches. After `mostMs` no further call is begun; one is measured in any
 *  case. */
export function medianMs(runtime: Pick<Runtime, 'now'>, call: () => unknown, mostMs: number): number {
  const end = runtime.now() + mostMs
  const calls: number[] = []
  while (calls.length < WARM_UP + CALLS && (calls.length < 2 || runtime.now() < end)) {
    const started = runtime.now()
    call()
    calls.push(runtime.now() - started)
  }
  // Where time was up early, the first call alone, which compiles, was not measured.
  const times = calls.slice(Math.min(WARM_UP, calls.length - 1)).sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)]!
}
