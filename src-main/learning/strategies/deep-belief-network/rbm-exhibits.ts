import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor, Tensor2D } from '../../runtime.ts'
import { samplesTensor } from '../../engine/data/feed.ts'
import { IDLE_LIMIT } from './hidden-health.ts'
import { columnOf, unitPixels, weightPixels } from '../common/pre-training/pixels.ts'
import { rowsWords, type PretrainingRows } from '../common/pre-training/pretraining-rows.ts'
import { visibleMeans } from './rbm.ts'
import { type TrainedRbm, upward } from './rbm-stack.ts'
import type { VisibleSource } from './visible-source.ts'
import { readValues } from '../../ops/read-values.ts'

const FILTERS = 100
const RECONSTRUCTIONS = 10

interface Shown {
  readonly trained: readonly TrainedRbm[]
  readonly source: VisibleSource
  readonly rows: PretrainingRows
}

/** Shows what the RBMs learned: errors and free energies over the epochs, the state of their hidden units, and for images their filters and
 *  reconstructions. */
export async function showRbms(run: StagedRun, shown: Shown): Promise<void> {
  const { trained, source, rows } = shown
  run.exhibit(errorCurves(trained, rowsWords(rows)))
  if (rows.watched.validation.length > 0) run.exhibit(gapCurves(trained))
  run.exhibit(healthTable(trained))
  if (source.image === null) return
  run.exhibit(filters(trained[0]!, source.image))
  const examples = rows.watched.validation.length > 0 ? rows.watched.validation : rows.watched.train
  run.exhibit(await reconstructions(run, shown, examples.slice(0, RECONSTRUCTIONS)))
}

const epochsOf = (rbm: TrainedRbm) => rbm.history.map((_, i) => i + 1)
const nameOf = (k: number, { layer }: TrainedRbm) => `RBM ${k + 1} (${layer.dense})`

function errorCurves(trained: readonly TrainedRbm[], words: string): ExhibitInput {
  const last = trained.map((rbm, k) => `RBM ${k + 1}: ${rbm.history.at(-1)!.trainError.toPrecision(3)}`).join(', ')
  return {
    kind: 'curves',
    id: 'reconstruction-error',
    title: 'Reconstruction error',
    words: `${words} Mean squared difference of samples to what their hidden probabilities give back, per unit, after the last epoch: ${last}. It falls while filters form, but is not what contrastive divergence minimises: look at the free energies, too.`,
    x: { label: 'epoch' },
    y: { label: 'mean squared error' },
    series: trained.map((rbm, k) => ({
      name: nameOf(k, rbm),
      x: epochsOf(rbm),
      y: rbm.history.map(({ trainError }) => trainError),
    })),
  }
}

/** The gap is told as overfitting when it has grown by more than this, in nats. */
const LARGE_GAP = 1

export function gapCurves(trained: readonly Pick<TrainedRbm, 'layer' | 'history'>[]): ExhibitInput {
  const grown = trained.flatMap(({ layer, history }) => {
    const growth = history.at(-1)!.freeEnergyGap - history[0]!.freeEnergyGap
    return growth > LARGE_GAP ? [`${layer.dense} by ${growth.toFixed(1)}`] : []
  })
  const overfits = `It has grown in ${grown.join(', ')}: the machine learns its training samples by heart. Take fewer pre-training epochs or a higher weight cost.`
  const isFine = 'It has not grown: training samples are no likelier than new ones.'
  return {
    kind: 'curves',
    id: 'free-energy-gap',
    title: 'Free energy of validation less training samples',
    words: `Near zero: both are equally likely to the machine. ${grown.length > 0 ? overfits : isFine}`,
    level: grown.length > 0 ? 'warn' : 'info',
    x: { label: 'epoch' },
    y: { label: 'free energy gap (nats)' },
    series: trained.map((rbm, k) => ({
      name: `RBM ${k + 1} (${rbm.layer.dense})`,
      x: rbm.history.map((_, i) => i + 1),
      y: rbm.history.map(({ freeEnergyGap }) => freeEnergyGap),
    })),
  }
}

export function healthTable(trained: readonly Pick<TrainedRbm, 'layer' | 'health'>[]): ExhibitInput {
  const idle = trained.filter(({ health }) => health.off + health.on > IDLE_LIMIT)
  const words =
    idle.length === 0
      ? 'Units that are off, or on, for practically every sample describe none. A few are usual.'
      : `More than ${100 * IDLE_LIMIT} % of the units of ${idle.map(({ layer }) => layer.dense).join(', ')} are off or on for practically every sample: the layer describes nothing. Lower the learning rate of the RBMs, check that the input lies in the range that the visible units want, or take more epochs.`
  return {
    kind: 'table',
    id: 'hidden-units',
    title: 'Hidden units',
    words,
    level: idle.length === 0 ? 'info' : 'warn',
    columns: [
      { label: 'layer' },
      { label: 'units', format: 'count' },
      { label: 'always off', format: 'percent', better: 'lower' },
      { label: 'always on', format: 'percent', better: 'lower' },
    ],
    rows: trained.map(({ layer, health }) => [layer.dense, layer.units, health.off, health.on]),
  }
}

type Image = NonNullable<VisibleSource['image']>

function filters({ weights, layer }: TrainedRbm, image: Image): ExhibitInput {
  const W = Float32Array.from(weights.W.dataSync())
  const count = Math.min(FILTERS, layer.units)
  return {
    kind: 'images',
    id: 'filters',
    title: 'Filters of the first RBM',
    words: `Weights of the first ${count} of ${layer.units} hidden units of ${layer.dense}: what each looks for. Strokes and blobs are a good sign, noise means that it has not learnt yet.`,
    ...image,
    images: Array.from({ length: count }, (_, unit) => ({
      pixels: weightPixels(columnOf(W, layer.units, unit)),
      caption: `unit ${unit + 1}`,
    })),
  }
}

/** A sample, and what comes back from each depth: up through so many RBMs by probabilities, and down again. */
async function reconstructions(run: StagedRun, shown: Shown, examples: readonly number[]): Promise<ExhibitInput> {
  const { trained, source } = shown
  const { tf } = run.runtime
  const values = await source.load(examples)
  const columns = readValues(tf, () => {
    const v = source.toVisible(samplesTensor(tf, source.sampleShape, values)) as Tensor2D
    const depths = trained.map((_, k) => downAgain(run, v, trained.slice(0, k + 1)))
    const shift = tf.tensor1d([...source.affine.shift])
    const scale = tf.tensor1d([...source.affine.scale])
    // Gaussian units are standardised: back to the network's input, and from there to pixels.
    const pixels = (x: Tensor) =>
      trained[0]!.units === 'bernoulli' ? x : toPixels(run, tf.div(tf.sub(x, shift), scale))
    return [v, ...depths].map((batch) => pixels(batch))
  })
  const of = (batch: ArrayLike<number>, i: number) =>
    unitPixels(Array.from(batch).slice(i * source.units, (i + 1) * source.units))
  return {
    kind: 'images',
    id: 'reconstructions',
    title: 'Reconstructions',
    words: `Samples, and beside each what comes back after going up through one RBM and down again, through two, and so on.`,
    ...source.image!,
    perRow: columns.length,
    images: examples.flatMap((row, i) =>
      columns.map((batch, depth) => ({
        pixels: of(batch, i),
        caption: depth === 0 ? (run.manifest.items[row]?.name ?? 'sample') : `through ${depth}`,
      })),
    ),
  }
}

function downAgain(run: StagedRun, v: Tensor, rbms: readonly TrainedRbm[]): Tensor {
  const top = upward(run, v, rbms.map(({ weights }) => weights)) // prettier-ignore
  return rbms.reduceRight((h: Tensor, { units, weights }) => visibleMeans(run.runtime.tf, units, weights, h), top)
}

/** The network's input, normalised and flat, to value / 255. */
function toPixels({ runtime: { tf }, preprocessing }: StagedRun, x: Tensor): Tensor {
  if (preprocessing.kind !== 'image') return x
  const units = x.shape[1]!
  const spread = (values: readonly number[]) =>
    tf.tensor1d(Array.from({ length: units }, (_, i) => values[i % values.length]!))
  return tf.add(tf.mul(x, spread(preprocessing.std.map((value) => value || 1))), spread(preprocessing.mean))
}
