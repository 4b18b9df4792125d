import type { FlatLayer } from './flatten-model.ts'
import type { NamedVariable } from './named-variables.ts'
import type { FindVariable } from './rule.ts'

/** Names that Keras gives by itself, counted through a whole session: `conv2d_17` of one program is `conv2d_111` of another. */
const OWN_NAME =
  /^(conv2d|depthwise_conv2d|separable_conv2d|dense|batch_normalization|layer_normalization|normalization|layer_scale)(?:_(\d+))?$/

/** Finds the variables of layers in groups that are named by top layers, as older weight files have them: by the layer's name, by its place among
 *  those that Keras named itself; one that is left over of each side by that. `layers`: those with variables. Within a layer by name, and by place
 *  where Keras 1 named them otherwise. */
export function matchedGroups(
  groups: ReadonlyMap<string, readonly NamedVariable[]>,
  layers: readonly FlatLayer[],
): FindVariable {
  const names = matchNames(
    [...new Set(layers.map(topOf))],
    [...groups].filter(([, variables]) => variables.length > 0).map(([name]) => name),
  )
  return (layer, wanted, index) => {
    const own = groups.get(names.get(topOf(layer)) ?? '')
    if (own === undefined) return null
    const isInside = layer.within.length > 0
    const ends = wanted.map((name) => (isInside ? `${layer.title}/${name}` : name))
    const named = own.find(({ name }) => ends.some((end) => name === end || name.endsWith(`/${end}`)))
    const byPlace = isInside || (isNamed(own) && own.length > 1) ? undefined : own[index]
    return (named ?? byPlace)?.variable() ?? null
  }
}

/** A model inside the model has one group for all of its layers. */
const topOf = ({ within, title }: FlatLayer): string => within[0] ?? title

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
  const plain = new Map([...free].map((name) => [plainName(name), name]))
  for (const title of titles) {
    const name = found.has(title) ? undefined : plain.get(plainName(title))
    if (name !== undefined) found.set(title, name)
  }
  const left = titles.filter((title) => !found.has(title))
  const unused = groups.filter((name) => ![...found.values()].includes(name))
  if (left.length === 1 && unused.length === 1) found.set(left[0]!, unused[0]!)
  return found
}

/** MobileNetV3's `expanded_conv/depthwise/BatchNorm` of Keras 2 is `expanded_conv_depthwise_bn` of Keras 3. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll('/', '_').replaceAll('batchnorm', 'bn')
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
