import type { FlatLayer } from './flatten-model.ts'
import type { NamedVariable } from './named-variables.ts'
import type { FindVariable } from './rule.ts'

/** Names that Keras gives by itself, counted through a whole session: `conv2d_17` of one program is `conv2d_111` of another. */
const OWN_NAME =
  /^(conv2d|depthwise_conv2d|separable_conv2d|dense|batch_normalization|layer_normalization|normalization|layer_scale)(?:_(\d+))?$/

/** Finds the variables of layers in groups that are named by layers, as older weight files have them: by the layer's name, by its place among those
 *  that Keras named itself; one that is left over of each side by that. `layers`: those with variables. Within a layer by name, and by place where Keras 1 named them otherwise. */
export function matchedGroups(
  groups: ReadonlyMap<string, readonly NamedVariable[]>,
  layers: readonly FlatLayer[],
): FindVariable {
  const names = matchNames(
    layers.map(({ title }) => title),
    [...groups].filter(([, variables]) => variables.length > 0).map(([name]) => name),
  )
  return ({ title }, wanted, index) => {
    const own = groups.get(names.get(title) ?? '')
    if (own === undefined) return null
    const named = own.find(({ name }) => wanted.includes(name.split('/').at(-1)!))
    return (named ?? (isNamed(own) ? undefined : own[index]))?.variable() ?? null
  }
}

/** Whether a layer's weights have the names of Keras 2 and later: then a missing one is missing. */
function isNamed(variables: readonly NamedVariable[]): boolean {
  return variables.every(({ name }) => name.includes('/'))
}

function matchNames(titles: readonly string[], groups: readonly string[]): Map<string, string> {
  const counted = inOrder(groups)
  const found = new Map<string, string>()
  for (const [kind, own] of inOrder(titles)) {
    const theirs = counted.get(kind) ?? []
    if (theirs.length === own.length) own.forEach((title, place) => found.set(title, theirs[place]!))
  }
  const free = new Set(groups.filter((name) => !OWN_NAME.test(name)))
  for (const title of titles) if (free.delete(title)) found.set(title, title)
  const left = titles.filter((title) => !found.has(title))
  const unused = groups.filter((name) => ![...found.values()].includes(name))
  if (left.length === 1 && unused.length === 1) found.set(left[0]!, unused[0]!)
  return found
}

/** The names that Keras gave, by kind, in the order of their numbers. */
function inOrder(names: readonly string[]): Map<string, string[]> {
  const found = new Map<string, { name: string; number: number }[]>()
  for (const name of names) {
    const match = OWN_NAME.exec(name)
    if (!match) continue
    const list = found.get(match[1]!) ?? []
    list.push({ name, number: Number(match[2] ?? 0) })
    found.set(match[1]!, list)
  }
  return new Map([...found].map(([kind, list]) => [kind, list.sort((a, b) => a.number - b.number).map(({ name }) => name)])) // prettier-ignore
}
