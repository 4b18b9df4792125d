import { closeSync, openSync, readSync } from 'node:fs'
import { openTorchArchive } from './files/torch-archive.ts'
import type { TorchArchive } from './files/torch-archive.ts'
import { checkTensor, tensorValues } from './files/torch-tensor-values.ts'
import { TorchTensor } from './files/torch-words.ts'
import type { ImportedModel, ModelImporter, ModelSource } from './importer.ts'
import { unsupported } from './refusals.ts'
import { importStateDict } from './torch/import-state-dict.ts'
import { findStateDict, withoutPrefixes } from './torch/state-dict.ts'
import type { StateDict } from './torch/state-dict.ts'

const EXTENSION = /\.(pth|pt|bin|ckpt|pth\.tar)$/i

/** State dicts of `torch.save`, in either form. Nothing of their pickles is run. */
export const pytorch: ModelImporter = {
  format: 'pytorch',
  label: 'PyTorch (.pth, .pt, .bin)',
  matches: (path) => EXTENSION.test(path) && isTorchFile(path),
  read: (source) => new Promise((resolve) => resolve(readTorch(source))),
}

function readTorch(source: ModelSource): ImportedModel {
  const archive = openTorchArchive(source.path)
  try {
    const form = archive.form === 'zip' ? 'zip' : 'stream of before 1.6'
    return importStateDict(stateOf(archive), source, `PyTorch state dict (${form})`)
  } finally {
    archive.close()
  }
}

function stateOf(archive: TorchArchive): StateDict {
  const tensors = findStateDict(archive.root, (value) => value instanceof TorchTensor)
  if (tensors === null) {
    throw unsupported(
      'The file holds no state dict: no dict of named tensors, neither by itself nor as `state_dict` or `model`.',
      'Save the weights alone: torch.save(model.state_dict(), "weights.pth").',
    )
  }
  for (const [name, tensor] of tensors) checkTensor(name, tensor)
  const entries = [...withoutPrefixes(tensors)].map(([name, tensor]) => {
    const read = () => tensorValues(archive.storage(tensor.storage), tensor, name)
    return [name, { shape: tensor.shape, read }] as const
  })
  return new Map(entries)
}

/** A zip archive, or a stream that begins with a pickle. */
function isTorchFile(path: string): boolean {
  try {
    const file = openSync(path, 'r')
    const first = new Uint8Array(2)
    readSync(file, first, 0, 2, 0)
    closeSync(file)
    return (first[0] === 0x50 && first[1] === 0x4b) || first[0] === 0x80
  } catch {
    // Not a file that can be read: nobody's.
    return false
  }
}
