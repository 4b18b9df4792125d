import { openFile } from './files/byte-source.ts'
import { readHdf5 } from './files/hdf5.ts'
import type { Hdf5File } from './files/hdf5.ts'
import type { ModelImporter, ModelSource } from './importer.ts'
import { isBefore3, isHdf5, isNamedKeras } from './keras.ts'
import { importApplication } from './keras/import-application.ts'
import { importKerasModel } from './keras/import-model.ts'
import { parseJson } from './keras/json.ts'
import { legacyGroups } from './keras/legacy-groups.ts'
import { namedVariables } from './keras/named-variables.ts'
import { brokenFile } from './refusals.ts'

/** The format of Keras before 3, which Keras 3 still writes: the model in an attribute, weights by name in a group for each layer. */
export const h5Importer: ModelImporter = Object.freeze({
  format: 'h5',
  label: 'Keras, legacy (.h5)',
  matches: (path: string) => /\.(?:h5|hdf5)$/i.test(path) || (isNamedKeras(path) && isHdf5(path)),
  async read(source: ModelSource) {
    const bytes = openFile(source.path)
    try {
      const file = readHdf5(bytes)
      const config = file.attribute('', 'model_config')
      if (config === null) {
        if (holdsWeights(file)) return await Promise.resolve(importApplication(file, source))
        throw brokenFile('Expected a Keras model in the HDF5 file. Received: one without the attribute model_config.')
      }
      const described = parseJson(textOf(config), 'the attribute model_config')
      const version = versionOf(file)
      const format = `Keras ${version ?? '2'}, HDF5`
      const find = namedVariables(legacyGroups(file))
      return await Promise.resolve(
        importKerasModel({ format, described, find, isLegacy: version === null || isBefore3(version) }, source),
      )
    } finally {
      bytes.close()
    }
  },
})

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw brokenFile('Expected the attribute model_config to be text. Received: something else.')
}

function versionOf(file: Hdf5File): string | null {
  const version = file.attribute('', 'keras_version')
  return typeof version === 'string' && /^[\w.+-]{1,40}$/.test(version) ? version : null
}

/** Of Keras' own, in one of its two forms. */
function holdsWeights(file: Hdf5File): boolean {
  const isKnown = ['layers', '_layer_checkpoint_dependencies'].some((name) => file.has(name))
  return isKnown || ['layer_names', 'layer_names0'].some((name) => file.attribute('', name) !== null)
}
