import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { Calibration } from '../../../contract/precision.ts'
import type { Runtime, Tf } from '../../runtime.ts'
import type { Samples } from '../data/training-data.ts'
import type { FrozenParts } from './frozen-support.ts'
import { chooseRange, RANGE_METHOD } from './choose-range.ts'
import type { FrozenNodes } from './frozen-node.ts'
import { floatProgram } from './float-program.ts'
import type { StoredInput } from './input-step.ts'
import type { Kernel } from './kernel-node.ts'
import { lookByTensorflow } from './look-by-tensorflow.ts'
import { lookNatively } from './look-natively.ts'
import { drawLooks, type Look, type Lookout, looksOf } from './looks.ts'
import { Observed } from './observe.ts'
import { quantise, type SeenValues } from './quantise.ts'
import { roundedKernel } from './quantise-kernel.ts'
import { SecondMoments } from './second-moments.ts'

/** Images that are looked at, at the most. */
const MOST_IMAGES = 512
const BATCH = 16

/** The rows that ranges are calibrated on: of the images whose content hashes have the smallest hashes, so that they hardly change when the dataset grows.
 *  @param rows training rows; equal images count once */
export function calibrationRows(hashes: readonly string[], rows: readonly number[]): number[] {
  return smallestHashes(rows.map((row) => hashes[row]!), MOST_IMAGES).map((place) => rows[place]!) // prettier-ignore
}

/** What calibration found, with what quantising needs beside the ranges. */
export interface FrozenCalibration {
  readonly calibration: Calibration
  /** Mean of each channel of the input and of every node's value. */
  readonly means: ReadonlyMap<string, Float32Array>
  /** Weights of kernels in whole numbers, by the node's name; of others each is rounded by itself. */
  readonly rounded: ReadonlyMap<string, Int8Array>
}

export type CalibrationRuntime = Pick<Runtime, 'tf' | 'isEager' | 'frozen' | 'threads'>
export type CalibrationSamples = Pick<Samples, 'shape' | 'storage' | 'normalisation' | 'load'>

export interface CalibrationWatch {
  readonly isInterrupted: () => boolean
  /** After each batch. */
  readonly onBatch: (done: number, total: number) => void
}

/** Runs a frozen network in float32 over some images and finds the range of every value that gets a scale; null when interrupted. */
export async function calibrate(
  runtime: CalibrationRuntime,
  parts: FrozenParts,
  { samples, rows }: { readonly samples: CalibrationSamples; readonly rows: readonly number[] },
  watch: CalibrationWatch,
): Promise<FrozenCalibration | null> {
  const { whole } = parts
  const looks = looksOf(whole, rows.length)
  const observed = looks.map(() => new Observed())
  const moments = momentsOf(runtime.tf, whole, looks)
  const lookout = lookoutFor(runtime, parts, samples)
  try {
    for (let at = 0; at < rows.length; at += BATCH) {
      if (watch.isInterrupted()) return null
      const batch = rows.slice(at, at + BATCH)
      const seen = lookout.see(await samples.load(batch, null), drawLooks(looks, batch.length, String(at)))
      seen.forEach((each, i) => {
        observed[i]!.add(each)
        each.windows.forEach((windows, k) => moments[i]![k]!.moments.add(windows))
      })
      watch.onBatch(at + batch.length, rows.length)
      await setImmediate()
    }
  } finally {
    lookout.dispose()
  }
  const named = looks.map(({ name }, i) => [name, observed[i]!] as const)
  const ranges = named.map(([name, values]) => chooseRange(name, values))
  const means = new Map(named.map(([name, values]) => [name, values.means()]))
  const rounded = roundAll(whole, samples, moments.flat(), {
    ranges: new Map(ranges.map((range) => [range.name, range])),
    means,
  })
  return { calibration: { method: RANGE_METHOD, images: rows.length, ranges }, means, rounded }
}

/** Graft's own kernels where they have a step in float32 for everything, else TensorFlow: the two differ by rounding. */
function lookoutFor(runtime: CalibrationRuntime, { graph, whole }: FrozenParts, samples: CalibrationSamples): Lookout {
  const native = runtime.isEager !== true && runtime.frozen?.kernels.float32 != null ? runtime.frozen : null
  const program = native === null ? null : floatProgram(graph, 'float32', samples)
  if (native !== null && program !== null)
    return lookNatively(native, program, runtime.threads || availableParallelism())
  return lookByTensorflow(runtime.tf, { graph, input: whole.input }, samples)
}

interface KernelMoments {
  readonly name: string
  readonly moments: SecondMoments
}

/** By look, of each of its windows. */
function momentsOf(tf: Tf, { nodes }: FrozenNodes, looks: readonly Look[]): KernelMoments[][] {
  const kernels = new Map(nodes.map((node) => [node.name, node]))
  return looks.map(({ shape, windows }) =>
    windows.map(({ kernel }) => ({
      name: kernel,
      moments: new SecondMoments(tf, kernels.get(kernel) as Kernel, shape),
    })),
  )
}

function roundAll(
  whole: FrozenNodes,
  samples: StoredInput,
  moments: readonly KernelMoments[],
  seen: Omit<SeenValues, 'rounded'>,
): Map<string, Int8Array> {
  const byName = new Map(moments.map((each) => [each.name, each.moments]))
  const found = new Map<string, Int8Array>()
  const rounded: SeenValues['rounded'] = (node, scales) => {
    const own = byName.get(node.name)
    if (own === undefined) return null
    const values = roundedKernel(node, scales, own)
    found.set(node.name, values)
    return values
  }
  quantise(whole, samples, { ...seen, rounded })
  return found
}
