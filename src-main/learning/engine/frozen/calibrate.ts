import { setImmediate } from 'node:timers/promises'
import { smallestHashes } from '../../../base/smallest-hashes.ts'
import type { Calibration } from '../../../contract/precision.ts'
import type { OperationGraph } from '../../operations/graph.ts'
import { runOperations } from '../../operations/run.ts'
import type { Tf } from '../../runtime.ts'
import { samplesTensor, toInput } from '../data/feed.ts'
import type { Samples } from '../data/training-data.ts'
import { channelScalesOf } from './channel-scales.ts'
import { chooseRange, RANGE_METHOD } from './choose-range.ts'
import type { FrozenNodes } from './frozen-node.ts'
import { Observed } from './observe.ts'

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
  /** How wide each channel's numbers lie beside the widest one's, of the values for which kernels can make up for it (channel-scales.ts). */
  readonly channelScales: ReadonlyMap<string, Float32Array>
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
  for (let at = 0; at < rows.length; at += BATCH) {
    if (watch.isInterrupted()) return null
    const batch = rows.slice(at, at + BATCH)
    const values = await samples.load(batch, null)
    tf.tidy(() => {
      const x = toInput(tf, { ...samples, changes: null }, samplesTensor(tf, samples.shape, values), null)
      runOperations(tf, graph, x, (name, value) => observed.get(name)?.add(tf, value, `${name} ${at}`))
    })
    watch.onBatch(at + batch.length, rows.length)
    await setImmediate()
  }
  const channelScales = channelScalesOf(whole, observed)
  const ranges = [...observed].map(([name, values]) => chooseRange(name, values, channelScales.get(name) ?? null))
  const means = new Map([...observed].map(([name, values]) => [name, values.means()]))
  return { calibration: { method: RANGE_METHOD, images: rows.length, ranges }, means, channelScales }
}
