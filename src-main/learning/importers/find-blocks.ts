import type { Layer, Network } from '../../contract/network.ts'
import { layerNames } from './layer-names.ts'

/** As many blocks as a drawing shows well. */
const MOST_BLOCKS = 40

/** Names that Keras gives to layers that have none: they say the class, not the place. */
const AUTOMATIC =
  /^(?:input|conv2d|depthwise_conv2d|separable_conv2d|dense|batch_normalization|layer_normalization|activation|re_lu|leaky_re_lu|p_re_lu|add|multiply|concatenate|dropout|flatten|reshape|(?:zero_padding|cropping|up_sampling|(?:global_)?(?:max|average)_pooling)2d|tf|lambda|sequential|model|functional|rescaling|normalization|softmax)(?:_|$)/

export interface Blocks {
  readonly blocks: Network['blocks']
  /** The block of each layer by name. */
  readonly blockOf: ReadonlyMap<string, string>
}

/** Groups the layers of a network from elsewhere: by what their names have in common (`conv3_block1_`, `block2a_`, `layer1.0.`), and where names
 *  do not help by the places at which the graph narrows to one tensor and its resolution changes. What comes after the features is `head`. */
export function findBlocks(
  layers: readonly Layer[],
  shapes: ReadonlyMap<string, readonly number[]>,
  features: string,
): Blocks {
  const head = after(layers, features)
  const [input, ...rest] = layers
  const body = rest.filter((layer) => !head.has(layer.name))
  const groups = byName(body) ?? byStructure(body, shapes)
  const keys = [...new Set(groups.values())]
  const names = layerNames(['input', ...keys, 'head'])
  const nameOf = new Map(keys.map((key, index) => [key, names[index + 1]!]))
  const blockOf = new Map(
    layers.map(({ name }) => [name, head.has(name) ? names.at(-1)! : (nameOf.get(groups.get(name) ?? '') ?? 'input')]),
  )
  if (input) blockOf.set(input.name, 'input')
  const used = new Set(blockOf.values())
  const all = [{ name: 'input', label: 'Input' }, ...keys.map((key) => ({ name: nameOf.get(key)!, label: labelOf(key) })), { name: names.at(-1)!, label: 'Head' }] // prettier-ignore
  return { blocks: all.filter(({ name }) => used.has(name)), blockOf }
}

/** Layers that depend on the features. */
function after(layers: readonly Layer[], features: string): Set<string> {
  const found = new Set<string>()
  for (const { name, inputs } of layers)
    if (inputs.some((input) => input === features || found.has(input))) found.add(name)
  return found
}

type Groups = ReadonlyMap<string, string>

/** The deepest common beginnings that make no more blocks than can be drawn, one after the other and none of half the network; null: the names
 *  have no such. Names may also say what a layer does in each of many cells. */
function byName(layers: readonly Layer[]): Groups | null {
  for (const depth of [2, 1]) {
    const groups = withPrefixes(layers, depth)
    const keys = [...groups.values()]
    const count = new Set(keys).size
    const runs = keys.filter((key, index) => key !== keys[index - 1]).length
    if (count >= 3 && count <= MOST_BLOCKS && runs <= count * 1.5 && isEven(groups)) return groups
  }
  return null
}

/** No block holds more than half of the network. */
function isEven(groups: Groups): boolean {
  const sizes = new Map<string, number>()
  for (const key of groups.values()) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  return Math.max(...sizes.values()) <= Math.max(10, groups.size / 2)
}

function withPrefixes(layers: readonly Layer[], depth: number): Groups {
  const common = commonStart(layers.map(titleOf).filter((title) => !AUTOMATIC.test(title)))
  const keys = layers.map((layer) =>
    AUTOMATIC.test(titleOf(layer)) ? null : prefixOf(titleOf(layer).slice(common), depth),
  )
  const sizes = new Map<string, number>()
  for (const key of keys) if (key !== null) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  const counts = keys.map((key) => (key !== null && sizes.get(key)! >= 2 ? key : null))
  const last = counts.findLastIndex((key) => key !== null)
  let current = 'stem'
  return new Map(
    layers.map(({ name }, index) => {
      current = counts[index] ?? (index > last ? 'top' : current)
      return [name, current]
    }),
  )
}

const titleOf = (layer: Layer): string => layer.title ?? layer.name

/** Up to the first part of a name that holds a number, or the second one: `conv3`, `conv3_block1`. A number at the very end numbers the layer. */
function prefixOf(title: string, depth: number): string | null {
  const ends = [...title.matchAll(/\d[A-Za-z\d]*(?=[/._])/g)].map((match) => match.index + match[0].length)
  const end = ends[depth - 1] ?? ends.at(-1)
  return end === undefined ? null : title.slice(0, end)
}

/** Of all names, up to a separator: the name of the model in front of each layer's. */
function commonStart(titles: readonly string[]): number {
  const [first = ''] = titles
  let length = first.length
  for (const title of titles) {
    while (!title.startsWith(first.slice(0, length))) length--
  }
  return (
    Math.max(
      first.lastIndexOf('_', length - 1),
      first.lastIndexOf('/', length - 1),
      first.lastIndexOf('.', length - 1),
    ) + 1
  )
}

/** A block ends where branches join and nothing else is alive, and where the resolution changes; with too many such places only there. In a
 *  network that never narrows a block begins with each smaller resolution. */
function byStructure(layers: readonly Layer[], shapes: ReadonlyMap<string, readonly number[]>): Groups {
  const heights = layers.map(({ name }) => shapes.get(name)?.[0] ?? 0)
  const narrow = narrowPlaces(layers)
  const isJoin = layers.map(({ type }, index) => narrow[index] === true && (type === 'Add' || type === 'Concatenate'))
  const joins = isJoin.filter(Boolean).length
  const starts = layers.map((_, index) => {
    const isChange = index > 0 && narrow[index - 1] === true && heights[index] !== heights[index - 1]
    return isChange || (joins < MOST_BLOCKS / 2 && isJoin[index - 1] === true)
  })
  const joined = numbered(layers, starts)
  const count = new Set(joined.values()).size
  if (count >= 3 && count <= MOST_BLOCKS && isEven(joined)) return joined
  let least = heights[0] ?? 0
  const drops = heights.map((height) => {
    const isLess = height < least
    least = Math.min(least, height)
    return isLess
  })
  return numbered(layers, drops)
}

function numbered(layers: readonly Layer[], starts: readonly boolean[]): Groups {
  let block = 1
  return new Map(
    layers.map(({ name }, index) => {
      if (starts[index] === true) block += 1
      return [name, `stage${block}`]
    }),
  )
}

/** Whether only this layer's output is needed by what follows. */
function narrowPlaces(layers: readonly Layer[]): boolean[] {
  const lastUse = new Map<string, number>()
  for (const [index, { inputs }] of layers.entries()) for (const input of inputs) lastUse.set(input, index)
  let furthest = 0
  return layers.map(({ name }, index) => {
    const isAlone = furthest <= index
    furthest = Math.max(furthest, lastUse.get(name) ?? index)
    return isAlone
  })
}

function labelOf(key: string): string {
  const spaced = key.replaceAll(/[_/]+/g, ' ').replace(/^stage(\d)/, 'stage $1')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
