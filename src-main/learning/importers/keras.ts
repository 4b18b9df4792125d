import type { ModelImporter, ModelSource } from './importer.ts'
import { openFile } from './files/byte-source.ts'
import { readHdf5 } from './files/hdf5.ts'
import { openZip } from './files/zip.ts'
import type { ZipArchive } from './files/zip.ts'
import { importKerasModel } from './keras/import-model.ts'
import { parseJson } from './keras/json.ts'
import { numberedVariables } from './keras/numbered-variables.ts'
import type { FindVariable } from './keras/rule.ts'
import { unsupported } from './refusals.ts'

const WEIGHTS = 'model.weights.h5'

/** Keras' own format: a zip of metadata.json, config.json and model.weights.h5, where each layer's variables are numbered. */
export const kerasImporter: ModelImporter = Object.freeze({
  format: 'keras',
  label: 'Keras (.keras)',
  matches: (path: string) => isNamedKeras(path) && !isHdf5(path),
  async read(source: ModelSource) {
    const archive = openZip(source.path)
    try {
      const described = parseJson(archive.entry('config.json').read(), 'config.json')
      const version = versionOf(archive)
      const find = variablesOf(archive)
      return await Promise.resolve(
        importKerasModel({ format: `Keras ${version ?? '3'}`, described, find, isLegacy: isBefore3(version) }, source),
      )
    } finally {
      archive.close()
    }
  },
})

export function isNamedKeras(path: string): boolean {
  return path.toLowerCase().endsWith('.keras')
}

/** Keras before 2.12 wrote HDF5 under this name, too. */
export function isHdf5(path: string): boolean {
  try {
    const file = openFile(path)
    try {
      return file.size >= 4 && String.fromCharCode(...file.read(1, 3, 'the signature')) === 'HDF'
    } finally {
      file.close()
    }
  } catch {
    return false
  }
}

function versionOf(archive: ZipArchive): string | null {
  if (!archive.entries.has('metadata.json')) return null
  const version = parseJson(archive.entry('metadata.json').read(), 'metadata.json')['keras_version']
  return typeof version === 'string' && /^[\w.+-]{1,40}$/.test(version) ? version : null
}

/** Versions of tf_keras from 2.16 on still are Keras 2. */
export function isBefore3(version: string | null): boolean {
  return version !== null && /^[012]\./.test(version)
}

function variablesOf(archive: ZipArchive): FindVariable {
  if (!archive.entries.has(WEIGHTS) && archive.entries.has('model.weights.npz')) {
    throw unsupported(
      'The weights lie in model.weights.npz, which Keras writes as Python objects, and which newer versions of Keras refuse as well.',
      'Save the model anew with weights_format="h5", which is the usual one.',
    )
  }
  return numberedVariables(readHdf5(archive.entry(WEIGHTS).source()))
}
