import { GraftError } from '../../contract/errors.ts'
import { openSafetensors } from '../weights/safetensors.ts'
import type { SafetensorsFile } from '../weights/safetensors.ts'
import type { ImportedModel, ModelImporter, ModelSource } from './importer.ts'
import { brokenFile } from './refusals.ts'
import { importStateDict } from './torch/import-state-dict.ts'
import { withoutPrefixes } from './torch/state-dict.ts'

/** State dicts of PyTorch in safetensors, as timm's hub has them. */
export const safetensors: ModelImporter = {
  format: 'safetensors',
  label: 'safetensors (PyTorch)',
  matches: (path) => /\.safetensors$/i.test(path),
  read: (source) => new Promise((resolve) => resolve(readState(source))),
}

function readState(source: ModelSource): ImportedModel {
  const file = opened(source.path)
  try {
    const tensors = file.entries.map(
      ({ name, shape }) => [name, { shape, read: () => file.readFloat32(name).values }] as const,
    )
    return importStateDict(withoutPrefixes(new Map(tensors)), source, 'safetensors (PyTorch state dict)')
  } finally {
    file.close()
  }
}

/** A file from elsewhere that is broken is not a fault of Graft's own weights. */
function opened(path: string): SafetensorsFile {
  try {
    return openSafetensors(path)
  } catch (error) {
    const message = error instanceof GraftError ? error.message : `The file ${path} cannot be opened: ${String(error)}.`
    throw brokenFile(message, error)
  }
}
