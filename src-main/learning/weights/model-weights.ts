import { GraftError } from '../../contract/errors.ts'
import type { WeightsRef } from '../../contract/trainer.ts'
import { openSafetensors, sha256OfFile } from './safetensors.ts'

interface Wanted {
  readonly fullName: string
  readonly shape: readonly number[]
}

/** The weights that a network needs from a file, checked by hash, name and shape. Others in the file are left alone.
 *  Throws E_MODEL_WEIGHTS. */
export async function readModelWeights(
  { path, sha256 }: WeightsRef,
  wanted: readonly Wanted[],
): Promise<Map<string, { shape: readonly number[]; values: Float32Array }>> {
  const received = await sha256OfFile(path).catch((error: unknown) => {
    throw new GraftError('E_MODEL_WEIGHTS', `The weights file ${path} cannot be read: ${String(error)}.`)
  })
  if (received !== sha256) {
    const message = `The weights file ${path} has changed: expected SHA-256 ${sha256}. Received: ${received}.`
    throw new GraftError('E_MODEL_WEIGHTS', message, { fix: 'Restore the file, or train the model again.' })
  }
  const file = openSafetensors(path)
  try {
    const names = new Set(file.entries.map((entry) => entry.name))
    const missing = wanted.filter((weight) => !names.has(weight.fullName)).map((weight) => weight.fullName)
    if (missing.length > 0) {
      throw new GraftError('E_MODEL_WEIGHTS', `The weights file lacks ${missing.slice(0, 5).join(', ')}.`)
    }
    return new Map(
      wanted.map(({ fullName, shape }) => {
        const tensor = file.readFloat32(fullName)
        if (String(tensor.shape) === String(shape)) return [fullName, tensor]
        const message = `${fullName}: expected shape [${shape.join(', ')}]. Received: [${tensor.shape.join(', ')}].`
        throw new GraftError('E_MODEL_WEIGHTS', message)
      }),
    )
  } finally {
    file.close()
  }
}
