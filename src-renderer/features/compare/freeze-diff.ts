import type { ResolvedPlan } from '@contract/models.ts'
import type { LayerState } from '@contract/network.ts'

export type FreezeChange = 'both' | 'only-a' | 'only-b' | 'neither' | 'added' | 'removed'

export interface LayerDiff {
  readonly layer: string
  readonly block: string
  readonly type: string
  readonly parameters: number
  readonly a: LayerState | null
  readonly b: LayerState | null
  /** Which of the two runs froze it; added and removed: the layer is in one network only. */
  readonly change: FreezeChange
  /** Same frozen-ness may still hide reused against fresh weights. */
  readonly differs: boolean
}

export interface BlockDiff {
  readonly block: string
  readonly label: string
  readonly layers: readonly LayerDiff[]
  /** The change that all layers with weights share, or `mixed`. */
  readonly change: FreezeChange | 'mixed'
  readonly differs: boolean
  readonly parameters: number
}

/** Layers of both networks in order, block by block, with what each run did to them. Layers without weights are left
 *  out: nothing of them can be frozen. */
export function freezeDiff(a: ResolvedPlan, b: ResolvedPlan): BlockDiff[] {
  const inA = layersOf(a)
  const inB = layersOf(b)
  const order = mergeOrder([...inA.keys()], [...inB.keys()])
  const labels = new Map([...b.network.blocks, ...a.network.blocks].map((block) => [block.name, block.label]))
  const blocks = new Map<string, LayerDiff[]>()
  for (const name of order) {
    const diff = layerDiff(name, inA.get(name), inB.get(name))
    if (diff) blocks.set(diff.block, [...(blocks.get(diff.block) ?? []), diff])
  }
  return [...blocks].map(([block, layers]) => {
    const changes = new Set(layers.map((layer) => layer.change))
    return {
      block,
      label: labels.get(block) ?? block,
      layers,
      change: changes.size === 1 ? (layers[0]?.change ?? 'neither') : 'mixed',
      differs: layers.some((layer) => layer.differs),
      parameters: layers.reduce((total, layer) => total + layer.parameters, 0),
    }
  })
}

/** How many layers (with weights) fall under each change. */
export function countChanges(blocks: readonly BlockDiff[]): Readonly<Record<FreezeChange, number>> {
  const counts: Record<FreezeChange, number> = { both: 0, 'only-a': 0, 'only-b': 0, neither: 0, added: 0, removed: 0 }
  for (const block of blocks) for (const layer of block.layers) counts[layer.change]++
  return counts
}

interface PlannedLayer {
  readonly block: string
  readonly type: string
  readonly parameters: number
  readonly state: LayerState
}

function layersOf(plan: ResolvedPlan): Map<string, PlannedLayer> {
  const facts = new Map(plan.facts.map((fact) => [fact.name, fact]))
  const layers = new Map<string, PlannedLayer>()
  for (const { name, block, type } of plan.network.layers) {
    const parameters = facts.get(name)?.parameters ?? 0
    if (parameters > 0) layers.set(name, { block, type, parameters, state: plan.states[name] ?? 'trained' })
  }
  return layers
}

function layerDiff(layer: string, a: PlannedLayer | undefined, b: PlannedLayer | undefined): LayerDiff | null {
  const one = a ?? b
  if (one === undefined) return null
  const states = { a: a?.state ?? null, b: b?.state ?? null }
  const resized = a !== undefined && b !== undefined && a.parameters !== b.parameters
  return {
    layer,
    block: one.block,
    type: one.type,
    parameters: Math.max(a?.parameters ?? 0, b?.parameters ?? 0),
    ...states,
    change: changeOf(states.a, states.b),
    differs: states.a !== states.b || resized,
  }
}

function changeOf(a: LayerState | null, b: LayerState | null): FreezeChange {
  if (a === null) return 'added'
  if (b === null) return 'removed'
  if (a === 'frozen') return b === 'frozen' ? 'both' : 'only-a'
  return b === 'frozen' ? 'only-b' : 'neither'
}

/** Keeps both orders: what only `b` has follows the layer that precedes it there. */
function mergeOrder(a: readonly string[], b: readonly string[]): string[] {
  const known = new Set(a)
  const after = new Map<string | null, string[]>()
  let previous: string | null = null
  for (const name of b) {
    if (known.has(name)) previous = name
    else after.set(previous, [...(after.get(previous) ?? []), name])
  }
  return [...(after.get(null) ?? []), ...a.flatMap((name) => [name, ...(after.get(name) ?? [])])]
}
