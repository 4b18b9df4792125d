import { GraftError } from '../../contract/errors.ts'
import type { PlanProblem } from '../../contract/models.ts'
import type { Layer, Network, NewLayer } from '../../contract/network.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { inferNetwork } from '../network/infer.ts'
import { expandNewLayer } from '../network/new-layers.ts'
import { poolingAfter } from '../network/pooling-layer.ts'
import { suggest } from '../network/suggest.ts'
import type { ResolvedHead } from './plan-heads.ts'
import { block } from '../plan-problem.ts'

export interface Assembly {
  readonly network: Network
  /** Layers that the base does not have: replacements, new layers, heads. */
  readonly added: ReadonlySet<string>
  readonly problems: PlanProblem[]
}

export type AssemblySpec = Pick<ExperimentSpec, 'cut' | 'replace' | 'newLayers'>

/** The network to train: the base up to the cut, single layers replaced, new layers after the cut, a head per task. What
 *  cannot be done is left out and told as a problem, so that there is always a network to draw. */
export function assemble(base: Network, spec: AssemblySpec, heads: readonly ResolvedHead[]): Assembly {
  const problems: PlanProblem[] = []
  const added = new Set<string>()
  const replaced = replaceLayers(base, spec.replace, problems, added)
  const cut = cutAt(replaced.network, replaced.renamed, spec.cut, problems)
  const draft = keepAncestors(replaced.network, cut)
  const append = (layers: Layer[]): void => {
    for (const layer of layers) {
      draft.layers.push(layer)
      added.add(layer.name)
    }
  }
  draft.features = appendNewLayers(draft, spec.newLayers, problems, append)
  appendHeads(draft, heads, append)
  return { network: draft, added, problems }
}

interface Replaced {
  network: Network
  /** Replaced layer -> last layer of its replacement. */
  renamed: Map<string, string>
}

function replaceLayers(
  base: Network,
  replace: AssemblySpec['replace'],
  problems: PlanProblem[],
  added: Set<string>,
): Replaced {
  let current: Replaced = { network: base, renamed: new Map() }
  replace.forEach((step, index) => {
    try {
      const { network, layers } = replaceLayer(current.network, step.layer, step.with)
      layers.forEach((layer) => added.add(layer.name))
      const end = layers.at(-1)?.name ?? step.layer
      current = { network, renamed: new Map([...current.renamed, [step.layer, end]]) }
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
      const patch = { replace: replace.filter((_, other) => other !== index) }
      problems.push(block('replace', error.message, { title: `Keep ${step.layer} as it is`, patch }))
    }
  })
  return current
}

function replaceLayer(network: Network, name: string, wanted: NewLayer): { network: Network; layers: Layer[] } {
  const old = network.layers.find((layer) => layer.name === name)
  const [input] = old?.inputs ?? []
  if (!old || input === undefined || old.inputs.length > 1) {
    const nearest = suggest(name, network.layers.map((layer) => layer.name)) // prettier-ignore
    const hint = old ? 'Only layers with one input can be replaced.' : `Nearest: ${nearest.join(', ') || 'none'}.`
    throw new GraftError('E_NETWORK_SHAPE', `The layer "${name}" cannot be replaced. ${hint}`)
  }
  // In place of a layer that works on maps or tokens stands another one that does.
  const pooling = old.type === 'Dense' ? null : poolingAfter(network, input)
  const layers = expandNewLayer(wanted, { prefix: `${name}_new`, block: old.block, input, pooling })
  const end = layers.at(-1)?.name ?? name
  const rename = (other: string): string => (other === name ? end : other)
  const rewired = network.layers.flatMap((layer) =>
    layer.name === name ? layers : [{ ...layer, inputs: layer.inputs.map(rename) }],
  )
  const changed = {
    ...network,
    layers: rewired,
    outputs: network.outputs.map(rename),
    features: rename(network.features),
  }
  inferNetwork(changed)
  return { network: changed, layers }
}

function cutAt(
  network: Network,
  renamed: ReadonlyMap<string, string>,
  wanted: string | undefined,
  problems: PlanProblem[],
): string {
  if (wanted === undefined) return network.features
  const name = renamed.get(wanted) ?? wanted
  const found = network.layers.findLast((layer) => layer.name === name || layer.block === name)
  if (found && found.type !== 'InputLayer') return found.name
  const names = network.layers.slice(1).map((layer) => layer.name)
  const [nearest = network.features] = suggest(wanted, names)
  const message = `\`cut\`: the base has no layer or block "${wanted}" to end at. Nearest: ${nearest}.`
  problems.push(block('unknown-layer', message, { title: `Cut at ${nearest}`, patch: { cut: nearest } }))
  return network.features
}

/** The part of a network that its layer `end` depends on. */
function keepAncestors(network: Network, end: string): Network {
  const needed = new Set([end])
  for (const layer of network.layers.toReversed()) {
    if (needed.has(layer.name)) layer.inputs.forEach((name) => needed.add(name))
  }
  const layers = network.layers.filter((layer, index) => index === 0 || needed.has(layer.name))
  const used = new Set(layers.map((layer) => layer.block))
  return {
    ...network,
    layers,
    blocks: network.blocks.filter((item) => used.has(item.name)),
    outputs: [end],
    features: end,
  }
}

function appendNewLayers(
  draft: Network,
  newLayers: readonly NewLayer[],
  problems: PlanProblem[],
  append: (layers: Layer[]) => void,
): string {
  let end = draft.features
  if (newLayers.length === 0) return end
  const blockName = freeBlock(draft, 'new')
  draft.blocks = [...draft.blocks, { name: blockName, label: 'New layers' }]
  const taken = draft.layers.map((layer) => Number(/^new(\d+)_/.exec(layer.name)?.[1] ?? 0))
  let number = Math.max(0, ...taken)
  newLayers.forEach((wanted, index) => {
    const pooling = poolingAfter(draft, end)
    if (wanted.type === 'convolution' && pooling?.type !== 'GlobalAveragePooling2D') {
      const title = 'Remove this convolution'
      const patch = { newLayers: newLayers.filter((_, other) => other !== index) }
      const message = `New layer ${index + 1} is a convolution, but "${end}" gives ${pooling === null ? 'a vector' : 'tokens'}, not a map. Cut before the pooling, or take a dense layer.`
      problems.push(block('new-layer-shape', message, { title, patch }))
      return
    }
    number += 1
    const layers = expandNewLayer(wanted, { prefix: `new${number}`, block: blockName, input: end, pooling })
    append(layers)
    end = layers.at(-1)?.name ?? end
  })
  draft.outputs = [end]
  return end
}

function appendHeads(draft: Network, heads: readonly ResolvedHead[], append: (layers: Layer[]) => void): void {
  if (heads.length === 0) return
  const blockName = freeBlock(draft, 'output')
  draft.blocks = [...draft.blocks, { name: blockName, label: 'Output' }]
  let input = draft.features
  const pooling = poolingAfter(draft, input)
  if (pooling !== null) {
    const name = freeLayer(draft, 'output_pool')
    append([{ name, ...pooling, inputs: [input], block: blockName }])
    draft.features = input = name
  }
  const outputs = heads.map(({ head, layer }) => {
    const name = freeLayer(draft, layer)
    const units = head.type === 'classification' ? Math.max(1, head.classes.length) : 1
    append([{ name, type: 'Dense', config: { units }, inputs: [input], block: blockName }])
    return name
  })
  draft.outputs = outputs
}

function freeBlock(network: Network, name: string): string {
  return free(name, new Set(network.blocks.map((item) => item.name)))
}

function freeLayer(network: Network, name: string): string {
  return free(name, new Set(network.layers.map((layer) => layer.name)))
}

function free(name: string, taken: ReadonlySet<string>): string {
  let candidate = name
  for (let number = 2; taken.has(candidate); number++) candidate = `${name}${number}`
  return candidate
}
