import { openFile } from './files/byte-source.ts'
import { readHdf5 } from './files/hdf5.ts'
import type { Hdf5File } from './files/hdf5.ts'
import type { ModelImporter, ModelSource } from './importer.ts'
import { isBefore3, isHdf5, isNamedKeras } from './keras.ts'
import { importKerasModel } from './keras/import-model.ts'
import { parseJson } from './keras/json.ts'
import { namedVariables } from './keras/named-variables.ts'
import type { NamedVariable } from './keras/named-variables.ts'
import { brokenFile, unsupported } from './refusals.ts'

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
      if (config === null) throw weightsAlone(file)
      const described = parseJson(textOf(config), 'the attribute model_config')
      const version = versionOf(file)
      const format = `Keras ${version ?? '2'}, HDF5`
      const find = namedVariables(groupsOf(file))
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

function weightsAlone(file: Hdf5File): Error {
  const isWeights = ['layers', 'layer_names', 'model_weights', '_layer_checkpoint_dependencies'].some((name) =>
    file.has(name),
  )
  const hasNames = file.attribute('', 'layer_names') !== null || file.attribute('', 'layer_names0') !== null
  if (!isWeights && !hasNames)
    throw brokenFile('Expected a Keras model in the HDF5 file. Received: one without the attribute model_config.')
  return unsupported(
    'The file holds the weights of a Keras model without the model itself.',
    'Build the model in Keras, load these weights and save the whole as .keras.',
  )
}

/** The weights of each top layer. */
function groupsOf(file: Hdf5File): Map<string, NamedVariable[]> {
  const root = file.has('model_weights') ? 'model_weights' : ''
  return new Map(
    namesOf(file, root, 'layer_names').map((layer) => {
      const group = `${root}/${layer}`
      const names = namesOf(file, group, 'weight_names')
      return [
        layer,
        names.map((name) => ({ name: name.replace(/:\d+$/, ''), variable: () => file.dataset(`${group}/${name}`) })),
      ]
    }),
  )
}

/** A list that may be split into numbered attributes, since HDF5 holds 64 kB in one. */
function namesOf(file: Hdf5File, path: string, attribute: string): string[] {
  const whole = file.attribute(path, attribute)
  if (whole !== null) return listOf(whole)
  const found: string[] = []
  for (let part = 0; ; part++) {
    const value = file.attribute(path, `${attribute}${part}`)
    if (value === null) break
    found.push(...listOf(value))
  }
  return found
}

/** An empty list is written as numbers. */
function listOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? (value as string[]) : []
}
