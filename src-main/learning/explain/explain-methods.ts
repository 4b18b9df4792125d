import { GraftError } from '../../contract/errors.ts'
import type { ExplainMethod } from '../../contract/explanations.ts'
import type { Network } from '../../contract/network.ts'
import { createModel, type Model } from '../engine/model/model.ts'
import { suggest } from '../network/suggest.ts'
import type { Tensor, Tf } from '../runtime.ts'
import type { WeightValues } from '../weights/weight-values.ts'
import { attentionRollout, tokenGrid } from './attention-rollout.ts'
import { defaultLayer, explainableLayers } from './explainable-layers.ts'
import { gradCam } from './grad-cam.ts'
import type { HeatValues } from './heat-values.ts'
import { defaultPatch, defaultStride, occlusion, patchCount } from './occlusion.ts'

export interface Explainable {
  readonly tf: Tf
  /** With the explained head as its only output. */
  readonly network: Network
  readonly weights: WeightValues
  /** The picture as the network takes it, [height, width, channels]. */
  readonly values: Float32Array
  readonly shape: readonly number[]
  /** Of a covered pixel, per channel, as the network takes it. */
  readonly fill: readonly number[]
  /** Places in the output of the head. */
  readonly units: readonly number[]
  /** Of that head: probabilities, or a number in its own unit. */
  readonly answers: (pictures: Float32Array, count: number) => Promise<ArrayLike<number>>
}

export interface ExplainSettings {
  readonly layer: string | null
  readonly patch: number | null
  readonly stride: number | null
}

/** One map for each unit; a single one of a method that knows no classes. The settings are those that were used. */
export interface Explained extends ExplainSettings {
  readonly maps: readonly HeatValues[]
}

export interface MethodRow {
  readonly isPerClass: boolean
  /** Why it cannot be had of a network with one output; null: it can. */
  refusal(network: Network): string | null
  explain(subject: Explainable, settings: ExplainSettings): Promise<Explained>
}

const NO_SETTINGS = { layer: null, patch: null, stride: null }
/** Pictures through the network that are still worth the wait. */
const MOST_PATCHES = 4096

export const EXPLAIN_METHODS: Readonly<Record<ExplainMethod, MethodRow>> = Object.freeze({
  gradcam: {
    isPerClass: true,
    refusal: (network) =>
      explainableLayers(network).length > 0 ? null : 'It has no convolution, so no layer keeps the picture’s places.',
    async explain(subject, { layer }) {
      const chosen = chooseLayer(subject.network, layer)
      const maps = withModel(subject, (model, x) => gradCam(subject.tf, model, x, { ...subject, layer: chosen }))
      return { ...NO_SETTINGS, layer: chosen, maps }
    },
  },
  occlusion: {
    isPerClass: true,
    refusal: () => null,
    async explain(subject, settings) {
      const { patch, stride } = choosePatch(subject.shape, settings)
      const { answers, units } = subject
      return { layer: null, patch, stride, maps: await occlusion(subject, { patch, stride, units, answers }) }
    },
  },
  rollout: {
    isPerClass: false,
    refusal: (network) =>
      tokenGrid(network) === null ? 'It is no vision transformer: there is no attention to follow.' : null,
    async explain(subject) {
      const grid = tokenGrid(subject.network)!
      return { ...NO_SETTINGS, maps: withModel(subject, (model, x) => [attentionRollout(subject.tf, model, x, grid)]) }
    },
  },
})

/** Attention for a transformer, else Grad-CAM where there are convolutions, else occlusion. */
export function defaultMethod(network: Network): ExplainMethod {
  return (
    (['rollout', 'gradcam'] as const).find((method) => EXPLAIN_METHODS[method].refusal(network) === null) ?? 'occlusion'
  )
}

function withModel<T>({ tf, network, weights, values, shape }: Explainable, work: (model: Model, x: Tensor) => T): T {
  const model = createModel(tf, network, weights, 0)
  const x = tf.tensor(values, [1, ...shape])
  try {
    return work(model, x)
  } finally {
    x.dispose()
    model.dispose()
  }
}

function chooseLayer(network: Network, wanted: string | null): string {
  const layers = explainableLayers(network)
  if (wanted === null) return defaultLayer(layers)!.name
  const found = layers.find(({ name }) => name === wanted) ?? layers.find(({ title }) => title === wanted)
  if (found !== undefined) return found.name
  const near = suggest(wanted, layers.map(({ name }) => name)) // prettier-ignore
  throw new GraftError(
    'E_EXPLAIN',
    `Expected a layer behind a convolution, with height and width. Received: ${wanted}.`,
    {
      fix: near[0] === undefined ? `The last one is ${layers.at(-1)!.name}.` : `Did you mean ${near.join(', ')}?`,
    },
  )
}

function choosePatch(shape: readonly number[], settings: ExplainSettings): { patch: number; stride: number } {
  const patch = settings.patch ?? Math.max(defaultPatch(shape), settings.stride ?? 1)
  const stride = settings.stride ?? defaultStride(patch)
  if (stride > patch) {
    throw new GraftError(
      'E_EXPLAIN',
      `Expected steps no longer than the patch is wide. Received: a patch of ${patch} and steps of ${stride}.`,
      {
        fix: 'Take shorter steps or a larger patch: otherwise some pixels are never covered.',
      },
    )
  }
  const count = patchCount(shape, patch, stride)
  if (count <= MOST_PATCHES) return { patch, stride }
  throw new GraftError(
    'E_EXPLAIN',
    `Expected at most ${MOST_PATCHES} patches. Received: a patch of ${patch} in steps of ${stride}, which makes ${count}.`,
    {
      fix: 'Take longer steps or a larger patch.',
    },
  )
}
