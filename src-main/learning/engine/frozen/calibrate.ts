import { setImmediate } from 'node:timers/promises'
import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { Calibration } from '../../../contract/precision.ts'
import type { OperationGraph } from '../../operations/graph.ts'
import { runOperations } from '../../operations/run.ts'
import type { Tf } from '../../runtime.ts'
import { samplesTensor, toInput } from '../data/feed.ts'
import type { Samples } from '../data/training-data.ts'
import { chooseRange, RANGE_METHOD } from './choose-range.ts'
import type { FrozenNodes } from './frozen-node.ts'
import type { StoredInput } from './input-step.ts'
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

export interface CalibrationWatch {
  readonly isInterrupted: () => boolean
  /** After each batch. */
  readonly onBatch: (done: number, total: number) => void
}

/** Runs a frozen network in float32 over some images and finds the range of every value that gets a scale; null when interrupted. */
export async function calibrate(
  tf: Tf,
  { graph, whole }: { readonly graph: OperationGraph; readonly whole: FrozenNodes },
  { samples, rows }: { readonly samples: Pick<Samples, 'shape' | 'storage' | 'normalisation' | 'load'>; readonly rows: readonly number[] }, // prettier-ignore
  watch: CalibrationWatch,
): Promise<FrozenCalibration | null> {
  const observed = new Map([whole.input, ...whole.nodes].map(({ name }) => [name, new Observed()]))
  const moments = momentsOf(whole)
  for (let at = 0; at < rows.length; at += BATCH) {
    if (watch.isInterrupted()) return null
    const batch = rows.slice(at, at + BATCH)
    const values = await samples.load(batch, null)
    tf.tidy(() => {
      const x = toInput(tf, { ...samples, changes: null }, samplesTensor(tf, samples.shape, values), null)
      runOperations(tf, graph, x, (name, value) => {
        observed.get(name)?.add(tf, value, `${name} ${at}`)
        for (const each of moments) if (each.input === name) each.moments.add(tf, value, `${name} ${at}`)
      })
    })
    watch.onBatch(at + batch.length, rows.length)
    await setImmediate()
  }
  const ranges = [...observed].map(([name, values]) => chooseRange(name, values))
  const means = new Map([...observed].map(([name, values]) => [name, values.means()]))
  const rounded = roundAll(whole, samples, moments, {
    ranges: new Map(ranges.map((range) => [range.name, range])),
    means,
  })
  return { calibration: { method: RANGE_METHOD, images: rows.length, ranges }, means, rounded }
}

interface KernelMoments {
  readonly name: string
  readonly input: string
  readonly moments: SecondMoments
}

function momentsOf({ input, nodes }: FrozenNodes): KernelMoments[] {
  const shapes = new Map([input, ...nodes].map(({ name, shape }) => [name, shape]))
  return nodes.flatMap((node) => {
    const moments = 'weights' in node ? SecondMoments.of(node, shapes.get(node.input)!) : null
    return moments === null ? [] : [{ name: node.name, input: node.input, moments }]
  })
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
