import { closeSync, openSync, readSync } from 'node:fs'
import { openTorchArchive } from './files/torch-archive.ts'
import type { TorchArchive } from './files/torch-archive.ts'
import { checkTensor, tensorValues } from './files/torch-tensor-values.ts'
import { TorchTensor } from './files/torch-words.ts'
import type { ImportedModel, ModelImporter, ModelSource } from './importer.ts'
import { brokenFile, unsupported } from './refusals.ts'
import { importStateDict } from './torch/import-state-dict.ts'
import { findStateDict, withoutPrefixes } from './torch/state-dict.ts'
import type { StateDict } from './torch/state-dict.ts'

/** PyTorch's own; others write `.bin` and `.ckpt`, too. */
const OWN = /\.(pth|pt|pth\.tar)$/i
const SHARED = /\.(bin|ckpt)$/i
/** Beyond what a file's numbers take as float32 at most, so that tensors that share a storage cannot fill the memory. */
const FREE_BYTES = 64 * 2 ** 20
const WIDENING = 8

/** State dicts of `torch.save`, in either form. Nothing of their pickles is run. */
export const pytorch: ModelImporter = {
  format: 'pytorch',
  label: 'PyTorch (.pth, .pt, .bin)',
  matches: (path) => OWN.test(path) || (SHARED.test(path) && isTorchFile(path)),
  read: (source) => new Promise((resolve) => resolve(readTorch(source))),
}

function readTorch(source: ModelSource): ImportedModel {
  const archive = openTorchArchive(source.path)
  try {
    const form = archive.form === 'zip' ? 'zip' : 'stream of before 1.6'
    const { state, problems } = stateOf(archive)
    return importStateDict(state, source, `PyTorch state dict (${form})`, problems)
  } finally {
    archive.close()
  }
}

function stateOf(archive: TorchArchive): { state: StateDict; problems: string[] } {
  const found = findStateDict(archive.root, (value) => value instanceof TorchTensor)
  if (found === null) {
    throw unsupported(
      'The file holds no state dict: no dict of named tensors, neither by itself nor as `state_dict` or `model`.',
      'Save the weights alone: torch.save(model.state_dict(), "weights.pth").',
    )
  }
  const { tensors, others } = found
  checkSizes(tensors, archive.size)
  const entries = [...withoutPrefixes(tensors)].map(([name, tensor]) => {
    const read = () => tensorValues(archive.storage(tensor.storage), tensor, name)
    return [name, { shape: tensor.shape, read }] as const
  })
  const problems = others.length === 0 ? [] : [`The file holds other weights, too, which were left out: ${others.join(', ')}.`] // prettier-ignore
  return { state: new Map(entries), problems }
}

function checkSizes(tensors: ReadonlyMap<string, TorchTensor>, fileBytes: number): void {
  let count = 0
  for (const [name, tensor] of tensors) count += checkTensor(name, tensor)
  const most = FREE_BYTES + WIDENING * fileBytes
  if (4 * count > most) {
    throw brokenFile(`Expected tensors of at most ${most} bytes in a file of ${fileBytes}. Received: ${4 * count} bytes, in storages that they share.`) // prettier-ignore
  }
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
