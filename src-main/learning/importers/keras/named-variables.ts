import { brokenFile, quoted } from '../refusals.ts'
import type { FlatLayer } from './flatten-model.ts'
import type { FindVariable, KerasVariable } from './rule.ts'

export interface NamedVariable {
  /** `conv1/kernel`, with names of models in front of it or not. */
  readonly name: string
  variable(): KerasVariable
}

/** Finds variables by the names that they have in the group of their top layer (null: in one list for all). The layer's name must stand right before
 *  the variable's, so freezing, which changes the order, changes nothing. */
export function namedVariables(groups: ReadonlyMap<string | null, readonly NamedVariable[]>): FindVariable {
  return (layer, names, index) => {
    const own = groups.get(null) ?? groups.get(layer.within[0] ?? layer.title)
    if (own === undefined) return null
    const wanted = names.map((name) => `${layer.title}/${name}`)
    const found = own.filter(({ name }) => wanted.some((end) => name === end || name.endsWith(`/${end}`)))
    return nearest(found, layer, names)?.variable() ?? alone(own, layer, names, index, groups.has(null))
  }
}

/** Of several the one that stands inside the same models. */
function nearest(found: readonly NamedVariable[], layer: FlatLayer, names: readonly string[]): NamedVariable | null {
  if (found.length <= 1) return found[0] ?? null
  const path = [...layer.within, layer.title].join('/')
  const inside = found.filter(({ name }) =>
    names.some((own) => name === `${path}/${own}` || name.endsWith(`/${path}/${own}`)),
  )
  const shortest = found.filter(({ name }) => names.some((own) => name === `${layer.title}/${own}`))
  const [only, ...others] = inside.length > 0 ? inside : shortest
  if (only && others.length === 0) return only
  throw brokenFile(
    `Expected one weight ${quoted(names[0])} of layer ${quoted(layer.title)}. Received: ${found.length} of that name.`,
  )
}

/** A top layer's group may hold its weights under another name, which it had before it was renamed; the one weight of a layer that gives it no name
 *  (Keras' LayerScale) is that one. */
function alone(
  own: readonly NamedVariable[],
  layer: FlatLayer,
  names: readonly string[],
  index: number,
  isShared: boolean,
): KerasVariable | null {
  if (isShared || layer.within.length > 0) return null
  const found = own.filter(({ name }) => names.includes(name.split('/').at(-1) ?? ''))
  if (found.length === 1) return found[0]!.variable()
  return own.length === 1 && index === 0 ? own[0]!.variable() : null
}
