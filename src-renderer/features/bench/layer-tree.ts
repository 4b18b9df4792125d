import type { LayerFacts, LayerState, Network } from '@contract/network.ts'

/** What the canvas, the list and the inspector need of one layer. */
export interface LayerRow {
  readonly name: string
  /** What is shown: its name in the file that it came from, else its own. */
  readonly title: string
  readonly block: string
  readonly type: string
  readonly config: Readonly<Record<string, unknown>>
  readonly inputs: readonly string[]
  /** Place in topological order. */
  readonly index: number
  readonly outputShape: readonly number[]
  readonly parameters: number
  readonly multiplyAdds: number
  readonly isOutput: boolean
}

export interface BlockRow {
  readonly name: string
  readonly label: string
  /** In topological order. */
  readonly layers: readonly LayerRow[]
  readonly parameters: number
  readonly outputShape: readonly number[]
}

export interface LayerTree {
  readonly blocks: readonly BlockRow[]
  readonly layers: readonly LayerRow[]
  readonly byName: ReadonlyMap<string, LayerRow>
  readonly blockByName: ReadonlyMap<string, BlockRow>
  /** layer -> layers it feeds */
  readonly consumers: ReadonlyMap<string, readonly string[]>
}

export type BlockState = LayerState | 'mixed' | 'none'

/** A network with its facts, by block. Blocks without layers are left out; their order is that of their first layer. */
export function layerTree(network: Network, facts: readonly LayerFacts[]): LayerTree {
  const factOf = new Map(facts.map((fact) => [fact.name, fact]))
  const outputs = new Set(network.outputs)
  const layers = network.layers.map((layer, index): LayerRow => {
    const fact = factOf.get(layer.name)
    return {
      ...layer,
      title: layer.title ?? layer.name,
      index,
      outputShape: fact?.outputShape ?? [],
      parameters: fact?.parameters ?? 0,
      multiplyAdds: fact?.multiplyAdds ?? 0,
      isOutput: outputs.has(layer.name),
    }
  })
  const labels = new Map(network.blocks.map((block) => [block.name, block.label]))
  const blocks = [...Map.groupBy(layers, (layer) => layer.block)].map(([name, members]): BlockRow => ({
    name,
    label: labels.get(name) ?? name,
    layers: members,
    parameters: members.reduce((sum, layer) => sum + layer.parameters, 0),
    outputShape: members.at(-1)?.outputShape ?? [],
  }))
  const consumers = new Map<string, string[]>()
  for (const layer of layers) {
    for (const input of layer.inputs) consumers.set(input, [...(consumers.get(input) ?? []), layer.name])
  }
  return {
    blocks,
    layers,
    byName: new Map(layers.map((layer) => [layer.name, layer])),
    blockByName: new Map(blocks.map((block) => [block.name, block])),
    consumers,
  }
}

/** State of a block over its layers that hold weights; `none`: it holds none. */
export function blockState(block: BlockRow, states: Readonly<Record<string, LayerState>>): BlockState {
  const found = new Set(
    block.layers.filter((layer) => layer.parameters > 0).map((layer) => states[layer.name] ?? 'fresh'),
  )
  if (found.size === 0) return 'none'
  return found.size === 1 ? ([...found][0] ?? 'none') : 'mixed'
}

/** "28x28x144" with real multiplication signs. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? '–' : shape.join('×')
}
