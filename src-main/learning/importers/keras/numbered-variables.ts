import type { Hdf5File } from '../files/hdf5.ts'
import type { FindVariable } from './rule.ts'

/** Keras 2.12 calls the container by an inner name. */
const OLD = '_layer_checkpoint_dependencies'

/** Variables of `model.weights.h5`: numbered within layers, which are numbered within their class. */
export function numberedVariables(file: Hdf5File): FindVariable {
  const isOld = !file.has('layers') && file.has(OLD)
  return (layer, _names, index) => {
    const path = `${isOld ? layer.kerasPath.replaceAll(/(^|\/)layers\//g, `$1${OLD}/`) : layer.kerasPath}/vars/${index}`
    return file.has(path) ? file.dataset(path) : null
  }
}

/** How many top layers have variables, those of models inside counted as one; null: the file has not this form. */
export function countNumbered(file: Hdf5File): number | null {
  const root = ['layers', OLD].find((name) => file.has(name))
  if (root === undefined) return null
  const has = (name: string, path: string): boolean => file.has(`${root}/${name}/${path}`)
  return file.names(root).filter((name) => has(name, 'vars/0') || has(name, 'layers')).length
}
