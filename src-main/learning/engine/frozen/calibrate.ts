import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { Calibration } from '../../../contract/precision.ts'
import type { FrozenNative } from '../../frozen-native.ts'
import type { Runtime } from '../../runtime.ts'
import type { Samples } from '../data/training-data.ts'
import type { FrozenParts } from './frozen-support.ts'
import { chooseRange, RANGE_METHOD, samplesBeyond } from './choose-range.ts'
import type { FrozenNodes } from './frozen-node.ts'
import { floatProgram } from './float-program.ts'
import type { Kernel } from './kernel-node.ts'
import { lookByTensorflow } from './look-by-tensorflow.ts'
import { lookNatively } from './look-natively.ts'
import { drawLooks, type Look, lookAtSome, type Lookout, looksOf, numbersLookedAt, samplesOfImage } from './looks.ts'
import { Observed } from './observe.ts'
import { roundKernels, type RoundingWatch } from './round-kernels.ts'
import { SecondMoments } from './second-moments.ts'

/** Images that are looked at, at the most. */
const MOST_IMAGES = 512
/** Images that places are drawn for together. */
const BATCH = 16
/** Numbers that are copied out of the network at once: 16 MB. It says how many images are computed side by side, whatever the computer, since sums depend on it. */
const MOST_NUMBERS = 2 ** 22
/** So many images, however much is looked at: one has no other to share the threads with. */
const LEAST_AT_ONCE = 2

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

export type CalibrationRuntime = Pick<Runtime, 'tf' | 'isEager' | 'threads'> & { readonly frozen: FrozenNative }
export type CalibrationSamples = Pick<Samples, 'shape' | 'storage' | 'normalisation' | 'load'>

export interface CalibrationWatch extends RoundingWatch {
  /** After each batch of images. */
  readonly onBatch: (done: number, total: number) => void
}

interface CalibrationImages {
  readonly samples: CalibrationSamples
  readonly rows: readonly number[]
}

/** Runs a frozen network in float32 over some images and finds the range of every value that gets a scale, then rounds weights together; null when interrupted. */
export async function calibrate(
  runtime: CalibrationRuntime,
  parts: FrozenParts,
  images: CalibrationImages,
  watch: CalibrationWatch,
): Promise<FrozenCalibration | null> {
  const looks = looksOf(parts.whole, images.rows.length)
  const observed = looks.map(({ shape }) => new Observed(samplesBeyond(images.rows.length * samplesOfImage(shape)) + 1))
  const moments = momentsOf(runtime, parts.whole, looks)
  if (!(await lookAtAll(runtime, parts, images, { looks, observed, moments, watch }))) return null
  const named = looks.map(({ name }, i) => [name, observed[i]!] as const)
  const ranges = named.map(([name, values]) => chooseRange(name, values))
  const means = new Map(named.map(([name, values]) => [name, values.means()]))
  const seen = { ranges: new Map(ranges.map((range) => [range.name, range])), means }
  const rounded = await roundKernels({ whole: parts.whole, stored: images.samples }, moments, seen, watch)
  if (rounded === null) return null
  return { calibration: { method: RANGE_METHOD, images: images.rows.length, ranges }, means, rounded }
}

interface Looking {
  readonly looks: readonly Look[]
  /** By look. */
  readonly observed: readonly Observed[]
  /** By kernel. */
  readonly moments: ReadonlyMap<string, SecondMoments>
  readonly watch: CalibrationWatch
}

/** false: interrupted. */
async function lookAtAll(
  runtime: CalibrationRuntime,
  parts: FrozenParts,
  { samples, rows }: CalibrationImages,
  { looks, observed, moments, watch }: Looking,
): Promise<boolean> {
  const lookout = lookoutFor(runtime, parts, samples)
  const atOnce = Math.min(Math.max(Math.floor(MOST_NUMBERS / numbersLookedAt(looks)), LEAST_AT_ONCE), BATCH)
  try {
    for (let at = 0; at < rows.length; at += BATCH) {
      const batch = rows.slice(at, at + BATCH)
      const drawn = drawLooks(looks, batch.length, String(at))
      for (let from = 0; from < batch.length; from += atOnce) {
        if (watch.isInterrupted()) return false
        const to = Math.min(from + atOnce, batch.length)
        const some = drawn.map((look) => lookAtSome(look, from, to))
        const seen = lookout.see(await samples.load(batch.slice(from, to), null), some)
        seen.forEach((each, i) => {
          observed[i]!.add(each)
          each.windows.forEach((windows, k) => moments.get(looks[i]!.windows[k]!.kernel)!.add(windows))
        })
        watch.onBatch(at + to, rows.length)
        await setImmediate()
      }
    }
    return true
  } finally {
    lookout.dispose()
  }
}

/** Graft's own kernels where they have a step in float32 for everything, else TensorFlow: the two differ by rounding. */
function lookoutFor(runtime: CalibrationRuntime, { graph, whole }: FrozenParts, samples: CalibrationSamples): Lookout {
  const { frozen, tf } = runtime
  const isNative = runtime.isEager !== true && frozen.kernels.float32 !== null
  const program = isNative ? floatProgram(graph, 'float32', samples) : null
  if (program !== null) return lookNatively(frozen, program, threadsOf(runtime))
  return lookByTensorflow(tf, { graph, input: whole.input }, samples)
}

const threadsOf = ({ threads }: CalibrationRuntime): number => threads || availableParallelism()

/** Of each kernel whose windows are looked at. */
function momentsOf(
  runtime: CalibrationRuntime,
  { nodes }: FrozenNodes,
  looks: readonly Look[],
): Map<string, SecondMoments> {
  const kernels = new Map(nodes.map((node) => [node.name, node]))
  const of = (kernel: string, { shape }: Look) =>
    new SecondMoments(runtime.frozen, kernels.get(kernel) as Kernel, shape, threadsOf(runtime))
  return new Map(looks.flatMap((look) => look.windows.map(({ kernel }) => [kernel, of(kernel, look)] as const)))
}
