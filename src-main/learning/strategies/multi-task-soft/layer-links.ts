import type { LayerState, Network } from '../../../contract/network.ts'
import { hasWeights, movesIn, prefixEnd } from '../../network/prefix-end.ts'
import { matchLayers } from '../../network/selection.ts'
import { suggest } from '../../network/suggest.ts'

export interface Plan {
  readonly network: Network
  readonly states: Readonly<Record<string, LayerState>>
}

/** What one entry of a list of layers says. */
export interface LinkProblem {
  readonly entry: string
  readonly message: string
  /** The name nearest to the one that is not known. */
  readonly nearest: string | null
}

export interface Links {
  /** Layer -> strength of its link. */
  readonly strengths: ReadonlyMap<string, number>
  readonly problems: readonly LinkProblem[]
}

/** Layers that each task has a copy of and that learn, without the heads: those that can be linked. */
export function linkableLayers({ network, states }: Plan): string[] {
  const heads = new Set(network.outputs)
  return copiedLayers({ network, states }).filter((name) => {
    const layer = network.layers.find((each) => each.name === name)!
    return hasWeights(layer) && states[name] !== 'frozen' && !heads.has(name)
  })
}

/** Layers after the part that stands still and is the same for all tasks, heads included. */
export function copiedLayers({ network, states }: Plan): string[] {
  const end = prefixEnd(network, movesIn(states))
  const from = end === null ? 1 : network.layers.findIndex(({ name }) => name === end) + 1
  return network.layers.slice(from).map(({ name }) => name)
}

/** Reads `block1=0.01, block2=0.001, conv.*`: names of layers or blocks, or patterns, each with a strength of its own or the common one; empty:
 *  every layer that can be linked. Of two entries for a layer the later one counts. */
export function parseLinks(text: string, plan: Plan, common: number): Links {
  const linkable = linkableLayers(plan)
  const entries = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '') // prettier-ignore
  if (entries.length === 0) return { strengths: new Map(linkable.map((name) => [name, common])), problems: [] }
  const strengths = new Map<string, number>()
  const problems: LinkProblem[] = []
  for (const entry of entries) {
    const { name, strength } = readEntry(entry, common)
    const found = layersNamed(name, plan)
    const usable = found.names.filter((layer) => linkable.includes(layer))
    if (strength === null) {
      problems.push({ entry, message: 'the strength has to be a number of 0 or more', nearest: null })
    } else if (found.error !== null) {
      problems.push({ entry, message: found.error, nearest: found.nearest })
    } else if (usable.length === 0) {
      problems.push({ entry, message: 'it has no weights that learn in every task’s network', nearest: null })
    } else usable.forEach((layer) => strengths.set(layer, strength))
  }
  return { strengths, problems }
}

function readEntry(entry: string, common: number): { name: string; strength: number | null } {
  const place = entry.lastIndexOf('=')
  if (place === -1) return { name: entry, strength: common }
  const given = entry.slice(place + 1).trim()
  const strength = given === '' ? NaN : Number(given)
  return { name: entry.slice(0, place).trim(), strength: Number.isFinite(strength) && strength >= 0 ? strength : null }
}

/** Layers by a layer's name, a block's name, or a pattern. */
export function layersNamed(
  name: string,
  { network }: Plan,
): { names: string[]; error: string | null; nearest: string | null } {
  const exact = network.layers.filter((layer) => layer.name === name || layer.block === name)
  if (exact.length > 0) return { names: exact.map((layer) => layer.name), error: null, nearest: null }
  const { names, problems } = matchLayers(network.layers, name)
  const [problem] = problems
  if (problem?.kind === 'pattern') return { names: [], error: problem.message, nearest: null }
  if (names.size > 0) return { names: [...names], error: null, nearest: null }
  const known = [...network.blocks.map((block) => block.name), ...network.layers.map((layer) => layer.name)]
  const [nearest = null] = suggest(name, known)
  return { names: [], error: 'no layer or block has this name or matches it', nearest }
}

/** Where cross-stitch units are put: after the last copied layer of each entry (a layer, a block or a pattern: of each of its blocks); empty:
 *  after each block but the heads'. */
export function parseStitches(
  text: string,
  plan: Plan,
): { after: ReadonlySet<string>; problems: readonly LinkProblem[] } {
  const heads = new Set(plan.network.outputs)
  const copied = copiedLayers(plan).filter((name) => !heads.has(name))
  const blockOf = new Map(plan.network.layers.map((layer) => [layer.name, layer.block]))
  const ends = (names: readonly string[]) => {
    const last = new Map(names.map((name) => [blockOf.get(name)!, name]))
    return [...last.values()]
  }
  const entries = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '') // prettier-ignore
  if (entries.length === 0) {
    const learning = copied.filter((name) => plan.states[name] !== 'frozen')
    return { after: new Set(ends(copied.filter((name) => learning.includes(name)))), problems: [] }
  }
  const problems: LinkProblem[] = []
  const after = entries.flatMap((entry) => {
    const { names, error, nearest } = layersNamed(entry, plan)
    const usable = names.filter((name) => copied.includes(name))
    const message = error ?? (usable.length === 0 ? 'it is not in every task’s network of its own' : null)
    if (message !== null) problems.push({ entry, message, nearest })
    return ends(usable)
  })
  return { after: new Set(after), problems }
}
