import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { Preprocessing } from '../../../contract/network.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { Objective } from '../../engine/step/objective.ts'
import { sigmoidCrossEntropy } from '../../ops/sigmoid-cross-entropy.ts'
import type { Samples } from '../../engine/data/training-data.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor, Tf } from '../../runtime.ts'
import { corrupt, corruptedData, type Corruption } from './corruption.ts'
import { unitPixels } from '../common/pre-training/pixels.ts'

export type ReconstructionLoss = 'cross-entropy' | 'squared-error'

/** Cross entropy reads numbers as probabilities, which pixels in [0, 1] are and standardised columns are not. */
export function reconstructionLoss(chosen: string, kind: Preprocessing['kind']): ReconstructionLoss {
  if (chosen === 'auto') return kind === 'image' ? 'cross-entropy' : 'squared-error'
  return chosen === 'cross-entropy' ? 'cross-entropy' : 'squared-error'
}

/** Between the network's input and the numbers that are damaged and reconstructed: pixels as value / 255, columns as they are. */
interface Units {
  /** (B, ...) -> the same shape */
  toUnits(tf: Tf, x: Tensor): Tensor
  fromUnits(tf: Tf, v: Tensor): Tensor
}

function unitsOf(preprocessing: Preprocessing): Units {
  if (preprocessing.kind !== 'image') return { toUnits: (_tf, x) => x, fromUnits: (_tf, v) => v }
  const std = preprocessing.std.map((value) => value || 1)
  return {
    toUnits: (tf, x) => tf.add(tf.mul(x, tf.tensor1d(std)), tf.tensor1d(preprocessing.mean)),
    fromUnits: (tf, v) => tf.div(tf.sub(v, tf.tensor1d(preprocessing.mean)), tf.tensor1d(std)),
  }
}

/** min L(x, g(f(x~))): the network gets a damaged sample and gives back the whole one. Cross entropy of the pixels, or the squared error, as a
 *  mean over samples and numbers. Vincent et al., "Stacked denoising autoencoders", JMLR 11, 2010, eqs. (1) to (4). */
export function denoisingObjective(
  preprocessing: Preprocessing,
  { corruption, loss, seed }: { corruption: Corruption; loss: ReconstructionLoss; seed: number },
): Objective {
  const units = unitsOf(preprocessing)
  return {
    loss(tf, input) {
      const whole = units.toUnits(tf, input.x)
      const damaged = corrupt(tf, whole, corruption, seed, input.step)
      const output = input.forward({ x: units.fromUnits(tf, damaged) })[0]!
      const wanted = tf.reshape(whole, output.shape)
      const each =
        loss === 'cross-entropy' ? sigmoidCrossEntropy(tf, output, wanted) : tf.square(tf.sub(output, wanted))
      return { loss: tf.mean(each), outputs: [] }
    },
  }
}

/** Samples whole, damaged, and as the network gives them back; each (rows * size), in units. */
export interface Denoised {
  readonly size: number
  readonly whole: Float32Array
  readonly damaged: Float32Array
  readonly restored: Float32Array
}

export async function denoise(
  run: StagedRun,
  learner: Learner,
  rows: readonly number[],
  options: { corruption: Corruption; loss: ReconstructionLoss; seed: number },
): Promise<Denoised> {
  const { samples } = learner.data
  const damagedData = corruptedData(learner.data, options.corruption, options.seed)
  const size = samples.shape.reduce((total, value) => total * value, 1)
  const raw = (await run.outputs(learner, rows, { data: damagedData }))[0]!
  const restored = options.loss === 'cross-entropy' ? raw.map((z) => 1 / (1 + Math.exp(-z))) : raw
  const damaged = await storedUnits(damagedData.samples, rows)
  return { size, whole: await storedUnits(samples, rows), damaged, restored }
}

async function storedUnits(samples: Pick<Samples, 'load'>, rows: readonly number[]): Promise<Float32Array> {
  const values = await samples.load(rows, null)
  return values instanceof Uint8Array ? Float32Array.from(values, (value) => value / 255) : values
}

/** Mean squared difference of what comes back to the whole samples, over samples and numbers. */
export function restorationError({ whole, restored }: Denoised): number {
  return whole.reduce((sum, value, i) => sum + (value - restored[i]!) ** 2, 0) / whole.length
}

/** Of giving every sample back as the mean of these: what a network without an idea would reach. */
export function meanError({ whole, size }: Denoised): number {
  const count = whole.length / size
  const means = new Float64Array(size)
  whole.forEach((value, i) => (means[i % size]! += value / count))
  return whole.reduce((sum, value, i) => sum + (value - means[i % size]!) ** 2, 0) / whole.length
}

/** Whole, damaged and restored side by side. */
export function denoisedImages(
  shown: Denoised,
  image: { height: number; width: number; channels: 1 | 3 },
  names: readonly string[],
): ExhibitInput {
  const of = (values: Float32Array, i: number) => unitPixels(values.subarray(i * shown.size, (i + 1) * shown.size))
  return {
    kind: 'images',
    id: 'reconstructions',
    title: 'Whole, damaged, restored',
    words: 'Samples that were not learned from, the same damaged, and what the autoencoder makes of the damaged ones.',
    height: image.height,
    width: image.width,
    channels: image.channels,
    perRow: 3,
    images: names.flatMap((name, i) => [
      { pixels: of(shown.whole, i), caption: name },
      { pixels: of(shown.damaged, i), caption: 'damaged' },
      { pixels: of(shown.restored, i), caption: 'restored' },
    ]),
  }
}

/** How well samples are restored, beside what a network without an idea would reach. */
export function restorationText(shown: Denoised, words: string): ExhibitInput {
  const [error, mean] = [restorationError(shown), meanError(shown)]
  const isLearnt = error < mean
  const verdict = isLearnt
    ? `${(100 * (1 - error / mean)).toFixed(0)} % of what the samples differ by is restored.`
    : 'That is no better than the mean of all samples: take more pre-training epochs, another rate, or less damage.'
  return {
    kind: 'text',
    id: 'restoration',
    title: 'What was restored',
    words: `${words} Damaged samples come back with a mean squared error of ${error.toPrecision(3)}; giving back the mean sample would make ${mean.toPrecision(3)}. ${verdict}`,
    level: isLearnt ? 'info' : 'warn',
  }
}
