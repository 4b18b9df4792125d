import { GraftError } from '../contract/errors.ts'
import type { WeightsRef } from '../contract/trainer.ts'
import type { WeightValues } from '../learning/weights/weight-values.ts'
import { readAllFloat32, sha256OfFile } from '../learning/weights/safetensors.ts'

/** All weights of a file, once its hash is what it should be. Throws E_MODEL_WEIGHTS. */
export async function readWeights({ path, sha256 }: WeightsRef): Promise<WeightValues> {
  let found: string
  try {
    found = await sha256OfFile(path)
  } catch (cause) {
    throw new GraftError('E_MODEL_WEIGHTS', `Expected the model’s weights at ${path}. The file cannot be read.`, {
      cause,
    })
  }
  if (found !== sha256) {
    throw new GraftError('E_MODEL_WEIGHTS', `Expected ${path} to have the SHA-256 ${sha256}. Received: ${found}.`, {
      fix: 'The file was changed after it was recorded. Restore it, or train or install the model again.',
    })
  }
  return readAllFloat32(path)
}
