import { openSafetensors } from '../weights/safetensors.ts'
import type { ImportedModel, ModelImporter, ModelSource } from './importer.ts'
import { importStateDict } from './torch/import-state-dict.ts'
import { withoutPrefixes } from './torch/state-dict.ts'

/** State dicts of PyTorch in safetensors, as timm's hub has them. */
export const safetensors: ModelImporter = {
  format: 'safetensors',
  label: 'safetensors (PyTorch)',
  matches: (path) => /\.safetensors$/i.test(path),
  read: (source) => Promise.resolve(readState(source)),
}

function readState(source: ModelSource): ImportedModel {
  const file = openSafetensors(source.path)
  try {
    const tensors = file.entries.map(
      ({ name, shape }) => [name, { shape, read: () => file.readFloat32(name).values }] as const,
    )
    return importStateDict(withoutPrefixes(new Map(tensors)), source, 'safetensors (PyTorch state dict)')
  } finally {
    file.close()
  }
}
