import type { Preprocessing } from '../../../contract/network.ts'
import { toInput } from '../../engine/data/feed.ts'
import type { Values } from '../../engine/data/training-data.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor } from '../../runtime.ts'
import { inferNetwork } from '../../network/infer.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { hasWeights } from '../../network/prefix-end.ts'
import { type Affine, pixelAffine, rangeAffine, standardAffine, statisticsCollector } from './affine.ts'
import type { VisibleUnits } from './rbm.ts'

/** What the first RBM sees of rows of the dataset. */
export interface VisibleSource {
  readonly units: number
  readonly affine: Affine
  /** Of one stored sample. */
  readonly sampleShape: readonly number[]
  load(rows: readonly number[]): Values | Promise<Values>
  /** Stored samples to visible units, (N, ...) -> (N, V). Tensor code. */
  toVisible(x: Tensor): Tensor
  /** The network's pixels, when they are what is seen; null: it is table columns or features. */
  readonly image: { readonly height: number; readonly width: number; readonly channels: 1 | 3 } | null
}

export interface VisibleOptions {
  /** The layer whose output is seen. */
  readonly layer: string
  readonly kind: VisibleUnits
  readonly rows: readonly number[]
  /** Rows beside those that will be asked for. */
  readonly watched: readonly number[]
}

/** Features of a deeper part are kept in memory up to this size, and computed anew for each batch beyond it. */
const HELD_BYTES = 512 * 2 ** 20
const CHUNK = 8192

/** Opens what lies below the first RBM, scaled for its units: Bernoulli units see pixels as value / 255 and everything else mapped from its
 *  range in the training rows to [0, 1]; Gaussian ones see standardised numbers. The scaling is folded into the Dense layer's weights
 *  afterwards (affine.ts), so that the network itself takes the input that it always takes. */
export async function visibleSource(run: StagedRun, options: VisibleOptions): Promise<VisibleSource> {
  const { runtime, main } = run
  const { tf } = runtime
  const { network } = main.model
  const { layer, rows, watched } = options
  const below = networkUpTo(network, layer)
  const units = inferNetwork(network)
    .shapes.get(layer)!
    .reduce((total, value) => total * value, 1)
  const isInput = !below.layers.some(hasWeights)
  const image = isInput ? imageOf(run.preprocessing, below.layers.length <= 2) : null
  const needed = [...new Set([...rows, ...watched])]
  const isHeld = !isInput && needed.length * units * 4 <= HELD_BYTES
  const features = isHeld ? (await run.outputs(main, needed, { layers: [layer], stage: 'visible' }))[0]! : null
  const places = new Map(isHeld ? needed.map((row, i) => [row, i] as const) : [])
  const affine = await affineOf(run, {
    ...options,
    units,
    features: isHeld ? { values: features!, places } : null,
  })
  const { samples } = main.data
  const raw = (x: Tensor) => {
    if (isHeld) return x
    const output = main.model.forward(toInput(tf, samples, x, null), { outputs: [layer] })[0]!
    return tf.reshape(output, [x.shape[0]!, units])
  }
  return {
    units,
    affine,
    image,
    sampleShape: isHeld ? [units] : samples.shape,
    load: (some) => (isHeld ? pick(features!, units, some, places) : samples.load(some, null)),
    toVisible: (x) => tf.add(tf.mul(raw(x), tf.tensor1d([...affine.scale])), tf.tensor1d([...affine.shift])),
  }
}

function imageOf(preprocessing: Preprocessing, isPlain: boolean) {
  if (preprocessing.kind !== 'image' || !isPlain) return null
  const { height, width, channels } = preprocessing
  return { height, width, channels }
}

function pick(values: Float32Array, width: number, rows: readonly number[], places: ReadonlyMap<number, number>) {
  const picked = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    const at = places.get(row)! * width
    picked.set(values.subarray(at, at + width), i * width)
  })
  return picked
}

interface Features {
  readonly values: Float32Array
  readonly places: ReadonlyMap<number, number>
}

function affineOf(
  run: StagedRun,
  { layer, kind, rows, units, features }: VisibleOptions & { units: number; features: Features | null },
): Promise<Affine> {
  const { preprocessing, main } = run
  const isPixels = preprocessing.kind === 'image' && !networkUpTo(main.model.network, layer).layers.some(hasWeights)
  if (isPixels && kind === 'bernoulli') return Promise.resolve(pixelAffine(preprocessing, units))
  return run.once('visible-scale', async () => {
    const collected = statisticsCollector(units)
    for (let at = 0; at < rows.length; at += CHUNK) {
      const some = rows.slice(at, at + CHUNK)
      const values =
        features === null
          ? (await run.outputs(main, some, { layers: [layer] }))[0]!
          : pick(features.values, units, some, features.places)
      collected.add(values)
    }
    return kind === 'gaussian' ? standardAffine(collected.statistics()) : rangeAffine(collected.statistics())
  })
}
