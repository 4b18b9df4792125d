import type { Layer, Network, Selection } from '../../contract/network.ts'
import { compilePattern } from './pattern.ts'
import { hasWeights } from './prefix-end.ts'
import { suggest } from './suggest.ts'

/** The fields of a selection that hold names of layers or blocks. */
export type NameKey = 'upTo' | 'from' | 'layers' | 'except'

/** What is wrong with a selection; the plan turns it into a problem of the spec. */
export type SelectionProblem =
  | { readonly kind: 'unknown'; readonly key: NameKey; readonly name: string; readonly suggestions: string[] }
  | { readonly kind: 'pattern'; readonly message: string; readonly position: number | null }
  | { readonly kind: 'no-match'; readonly pattern: string }
  | { readonly kind: 'all-match'; readonly pattern: string }

export interface Selected {
  readonly names: ReadonlySet<string>
  readonly problems: SelectionProblem[]
}

/** The layers that a selection means: the union of what is given, less `except`. The order is that of
 *  `network.layers`: "before" and "after" are places in that order. `added` layers (new ones, heads) are not the base's. */
export function selectLayers(network: Network, selection: Selection, added: ReadonlySet<string> = new Set()): Selected {
  const names = new Set<string>()
  const problems: SelectionProblem[] = []
  const { layers } = network
  const placesOf = (name: string, key: NameKey): number[] => {
    const places = layers.flatMap((layer, index) => (layer.name === name || layer.block === name ? [index] : []))
    if (places.length === 0)
      problems.push({ kind: 'unknown', key, name, suggestions: suggest(name, knownNames(network)) })
    return places
  }
  const take = (from: number, to: number): void => layers.slice(from, to).forEach((layer) => names.add(layer.name))
  if (selection.all) take(0, layers.length)
  if (selection.upTo !== undefined) take(0, 1 + Math.max(-1, ...placesOf(selection.upTo, 'upTo')))
  if (selection.from !== undefined) take(Math.min(layers.length, ...placesOf(selection.from, 'from')), layers.length)
  if (selection.lastBlocks !== undefined) {
    const weighted = layers.filter((layer) => hasWeights(layer) && !added.has(layer.name))
    const last = new Set([...new Set(weighted.map((layer) => layer.block))].slice(-selection.lastBlocks))
    layers.forEach((layer) => last.has(layer.block) && !added.has(layer.name) && names.add(layer.name))
  }
  for (const name of selection.layers ?? []) for (const place of placesOf(name, 'layers')) take(place, place + 1)
  if (selection.pattern !== undefined) {
    const matched = matchLayers(layers, selection.pattern)
    problems.push(...matched.problems)
    matched.names.forEach((name) => names.add(name))
  }
  for (const name of selection.except ?? [])
    for (const place of placesOf(name, 'except')) names.delete(layers[place]!.name)
  return { names, problems }
}

const TOO_LONG = 'Matching this pattern with the names of these layers takes too long: repeat less.'

/** Layers whose name or title, or whose block's name, the pattern matches anywhere. Nothing or everything matched is a problem. */
export function matchLayers(layers: readonly Layer[], text: string): Selected {
  const pattern = compilePattern(text)
  if (!pattern.ok) {
    return { names: new Set(), problems: [{ kind: 'pattern', message: pattern.message, position: pattern.position }] }
  }
  const texts = [...new Set(layers.flatMap(({ name, title, block }) => [name, title ?? name, block]))]
  const found = pattern.matches(texts)
  if (found === null) return { names: new Set(), problems: [{ kind: 'pattern', message: TOO_LONG, position: null }] }
  const hits = new Set(texts.filter((_, i) => found[i]))
  const matched = layers.filter(({ name, title, block }) => [name, title ?? name, block].some((text) => hits.has(text)))
  const names = new Set(matched.map((layer) => layer.name))
  const others = layers.filter((layer) => layer.type !== 'InputLayer')
  if (names.size === 0) return { names, problems: [{ kind: 'no-match', pattern: text }] }
  if (others.every((layer) => names.has(layer.name))) return { names, problems: [{ kind: 'all-match', pattern: text }] }
  return { names, problems: [] }
}

function knownNames(network: Network): string[] {
  return [...network.blocks.map((block) => block.name), ...network.layers.map((layer) => layer.name)]
}
