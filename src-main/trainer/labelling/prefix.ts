import type { LabelJob } from '../../contract/trainer.ts'
import type { Runtime } from '../../learning/runtime.ts'
import { type ImagePreprocessing, normalisationOf } from '../../learning/engine/data/image-data.ts'
import { floatKey } from '../../learning/engine/features/feature-cache.ts'
import { floatPart } from '../../learning/engine/frozen/float-part.ts'
import { type Inference, valuesOf } from '../../learning/engine/model/inference.ts'
import { createModel } from '../../learning/engine/model/model.ts'
import { inferNetwork } from '../../learning/network/infer.ts'
import { networkUpTo } from '../../learning/network/network-up-to.ts'
import { imagePreprocessingKey } from '../image-preprocessing-key.ts'
import { readWeights } from '../read-weights.ts'

/** A base up to its features. */
export interface Prefix {
  readonly tf: Runtime['tf']
  /** Folder of its features in the cache: that of a training on the same base which is cut there. */
  readonly key: string
  readonly title: string
  /** Of one item's features, before they are pooled, and how many numbers that is. */
  readonly shape: readonly number[]
  readonly length: number
  /** Made when it is first asked for: where all features are known, none is. */
  inference(): Inference
  dispose(): void
}

/** Features are in float32: the precision of the frozen part that a training has by default. */
const PRECISION = 'float32'

/** @throws GraftError E_MODEL_WEIGHTS when the file is not the recorded one */
export async function openPrefix(
  runtime: Runtime,
  { network, preprocessing, weights }: LabelJob & { readonly preprocessing: ImagePreprocessing },
  pack: string | null,
): Promise<Prefix> {
  const { tf } = runtime
  const cut = network.features
  const part = networkUpTo(network, cut)
  // In the model's own order, as trainings have them.
  const model = createModel(tf, part, await readWeights(weights), 0)
  const values = valuesOf(model)
  model.dispose()
  const shape = inferNetwork(part).shapes.get(cut)!
  const { height, width, channels } = preprocessing
  const normalisation = normalisationOf(preprocessing)
  const samples = { shape: [height, width, channels], layer: null, storage: 'uint8', normalisation } as const
  const { kernels, start } = floatPart(runtime, { network: part, weights: values, samples, precision: PRECISION })
  const keyed = { preprocessingKey: imagePreprocessingKey(preprocessing, pack), precision: PRECISION }
  let inference: Inference | null = null
  return {
    tf,
    key: floatKey({ network: part, weights: values, layer: cut }, keyed, kernels),
    title: `${network.name} up to ${cut}`,
    shape,
    length: shape.reduce((total, value) => total * value, 1),
    inference: () => (inference ??= start()),
    dispose: () => inference?.dispose(),
  }
}
