import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Network } from '../../../src-main/contract/network.ts'
import { type ImagePreprocessing, normalisationOf } from '../../../src-main/learning/engine/data/image-data.ts'
import { createInference } from '../../../src-main/learning/engine/model/inference.ts'
import { readAllFloat32 } from '../../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'

const BATCH = 500

/** A saved model's logits for images of its own size, (N * classes). `images`: bytes, N a multiple of 500. */
export function logitsOf(modelFolder: string, images: Uint8Array): Float32Array {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(modelFolder, name), 'utf8'))
  const network = read('network.json') as Network
  const preprocessing = read('preprocessing.json') as ImagePreprocessing
  const { height, width, channels } = preprocessing
  const weights = readAllFloat32(join(modelFolder, 'weights.safetensors'))
  const samples = {
    shape: [height, width, channels],
    layer: null,
    storage: 'uint8' as const,
    normalisation: normalisationOf(preprocessing),
  }
  const inference = createInference(nativeRuntime(), { network, weights, samples, precision: 'float32' })
  const bytes = BATCH * height * width * channels
  const parts: Float32Array[] = []
  for (let at = 0; at < images.length; at += bytes) parts.push(inference.run(images.slice(at, at + bytes))[0]!)
  inference.dispose()
  return Float32Array.from(parts.flatMap((part) => [...part]))
}
