import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { countParameters } from '../bases/list-bases.ts'
import {
  CLASSES_FILE,
  type ImportedManifest,
  MANIFEST_FILE,
  NETWORK_FILE,
  WEIGHTS_FILES,
} from '../bases/imported-manifest.ts'
import { inferNetwork } from '../network/infer.ts'
import { float32Tensor, writeSafetensors } from '../weights/safetensors.ts'
import type { WeightValues } from '../weights/weight-values.ts'
import { fittingSizes } from './fitting-sizes.ts'
import { hashSource } from './hash-source.ts'
import type { TakenModel } from './take-model.ts'

/** Writes the files of an imported model into a folder (docs/workspace.md); the manifest is the last. */
export async function writeImported(
  folder: string,
  path: string,
  model: TakenModel,
  about: Pick<ImportedManifest, 'title' | 'importedAt' | 'licence' | 'trainedOn'>,
): Promise<void> {
  const { network, format, family, problems, preprocessing, preparation, isBgr } = model
  const source = { name: basename(path), ...(await hashSource(path)) }
  const file = WEIGHTS_FILES[isBgr ? 1 : 0]
  const sha256 = writeSafetensors(join(folder, file), tensorsOf(model))
  const json = (file: string, value: unknown): void => writeFileSync(join(folder, file), JSON.stringify(value))
  json(NETWORK_FILE, network)
  json(CLASSES_FILE, model.classes ?? [])
  const manifest: ImportedManifest = {
    ...about,
    format,
    family,
    source,
    problems: [...problems],
    inputSizes: fittingSizes(network),
    parameters: countParameters(network),
    preprocessing,
    preparation,
    isBgr,
    weights: { file, sha256, sizeBytes: bytesOf(model.weights) },
  }
  json(MANIFEST_FILE, manifest)
}

/** In the order of the network. */
function tensorsOf({ network, weights }: Pick<TakenModel, 'network' | 'weights'>) {
  return inferNetwork(network).weights.map(({ fullName, shape }) =>
    float32Tensor(fullName, shape, weights.get(fullName)!.values),
  )
}

function bytesOf(weights: WeightValues): number {
  return [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0)
}
