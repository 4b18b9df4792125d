import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Network } from '../../../src-main/contract/network.ts'
import { resizeRaw } from '../../../src-main/data/decode.ts'
import { loadBaseModels } from '../../../src-main/learning/bases/load-base-models.ts'
import { type ImagePreprocessing, normalisationOf } from '../../../src-main/learning/engine/data/image-data.ts'
import { createInference } from '../../../src-main/learning/engine/model/inference.ts'
import { alignedFloats } from '../../../src-main/learning/labelling/features/aligned-floats.ts'
import { networkUpTo } from '../../../src-main/learning/network/network-up-to.ts'
import { resizeNetwork } from '../../../src-main/learning/network/resize-network.ts'
import type { Runtime } from '../../../src-main/learning/runtime.ts'
import type { Matrix } from '../../../src-main/learning/transferability/matrix.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import type { WeightValues } from '../../../src-main/learning/weights/weight-values.ts'
import type { LabelledImages } from '../data/idx.ts'

const BATCH = 50

export interface FeatureNetwork {
  readonly network: Network
  readonly preprocessing: ImagePreprocessing
  readonly weights: WeightValues
}

/** The network of a run's model folder. */
export function trainedNetwork(modelFolder: string): FeatureNetwork {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(modelFolder, name), 'utf8'))
  return {
    network: read('network.json') as Network,
    preprocessing: read('preprocessing.json') as ImagePreprocessing,
    weights: readAllFloat32(join(modelFolder, 'weights.safetensors')),
  }
}

/** A base model that Graft ships, at an input size. */
export function shippedNetwork(id: string, side: number): FeatureNetwork {
  const bases = loadBaseModels(fileURLToPath(new URL('../../../resources', import.meta.url)))
  const { network, preprocessing, weights } = bases.find((base) => base.id === id)!
  return {
    network: resizeNetwork(network, [side, side, preprocessing.channels]),
    preprocessing: { ...preprocessing, width: side, height: side },
    weights: readAllFloat32(weights.path),
  }
}

/** The features of images, one row an image. */
export function imageFeatures(
  runtime: Runtime,
  { network, preprocessing, weights }: FeatureNetwork,
  { images, labels, shape }: LabelledImages,
): Matrix & { readonly values: Float32Array } {
  const { height, width, channels } = preprocessing
  const samples = {
    shape: [height, width, channels],
    layer: null,
    storage: 'uint8' as const,
    normalisation: normalisationOf(preprocessing),
  }
  const upTo = networkUpTo(network, network.features)
  const inference = createInference(runtime, { network: upTo, weights, samples, precision: 'float32' })
  const size = shape[0] * shape[1] * shape[2]
  const own = { height: shape[0], width: shape[1], channels: shape[2] }
  const prepared = (i: number) => resizeRaw(images.subarray(i * size, (i + 1) * size), own, preprocessing)
  const rows = labels.length
  let values: Float32Array | null = null
  for (let from = 0; from < rows; from += BATCH) {
    const batch = Buffer.concat(Array.from({ length: Math.min(BATCH, rows - from) }, (_, i) => prepared(from + i)))
    const found = inference.run(new Uint8Array(batch))[0]!
    const columns = found.length / Math.min(BATCH, rows - from)
    values ??= alignedFloats(runtime.tf, rows * columns)
    values.set(found, from * columns)
  }
  inference.dispose()
  return { rows, columns: values!.length / rows, values: values! }
}
