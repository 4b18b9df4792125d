import type { Hdf5File } from '../files/hdf5.ts'
import type { NamedVariable } from './named-variables.ts'

/** The weights of each top layer of a legacy HDF5 file, in the file's order. */
export function legacyGroups(file: Hdf5File): Map<string, NamedVariable[]> {
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
