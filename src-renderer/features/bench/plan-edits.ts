import type { LayerState, Selection } from '@contract/network.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { LayerTree } from './layer-tree.ts'

export type States = Readonly<Record<string, LayerState>>

/** What gestures need to know beside the spec. */
export interface PlanContext {
  readonly tree: LayerTree
  readonly states: States
  /** Layers that the base has; the others are new and always fresh. */
  readonly baseLayers: ReadonlySet<string>
  /** The base brings weights. Without them a layer is fresh or frozen, never reused and trained. */
  readonly isPretrained: boolean
}

export interface PlanEdit {
  readonly spec: ExperimentSpecInput
  /** States as they will be, to show before the plan comes back. */
  readonly states: States
}

/** Sets layers of the base to one state and says the whole plan again in as few words as it needs. */
export function setStates(
  spec: ExperimentSpecInput,
  context: PlanContext,
  names: Iterable<string>,
  wanted: LayerState,
): PlanEdit {
  const state = wanted === 'trained' && !context.isPretrained ? 'fresh' : wanted
  const states = { ...context.states }
  for (const name of names) if (context.baseLayers.has(name)) states[name] = state
  return { spec: withStates(spec, { ...context, states }), states }
}

/** The layers that a click on these means: those with weights; with none among them, nothing. */
export function weightedLayers(context: PlanContext, names: Iterable<string>): string[] {
  return [...names].filter(
    (name) => context.baseLayers.has(name) && (context.tree.byName.get(name)?.parameters ?? 0) > 0,
  )
}

/** Frozen <-> trained. A group with anything unfrozen is frozen; only an all frozen one is freed. */
export function toggledState(context: PlanContext, names: readonly string[]): LayerState {
  const isAllFrozen = names.every((name) => context.states[name] === 'frozen')
  return isAllFrozen ? (context.isPretrained ? 'trained' : 'fresh') : 'frozen'
}

/** Layers between two layers or blocks in topological order, both included. */
export function rangeBetween(tree: LayerTree, a: string, b: string): string[] {
  const places = [a, b].flatMap((name) => layersOf(tree, name).map((layer) => tree.byName.get(layer)?.index ?? 0))
  if (places.length === 0) return []
  return tree.layers.slice(Math.min(...places), Math.max(...places) + 1).map((layer) => layer.name)
}

/** A block's layers, or the layer itself. Nothing for a name that the network lacks. */
export function layersOf(tree: LayerTree, name: string): string[] {
  const block = tree.blockByName.get(name)
  if (tree.byName.has(name) && !block) return [name]
  return block ? block.layers.map((layer) => layer.name) : []
}

/** It and everything before it frozen; what comes after is trained. */
export function freezeUpTo(spec: ExperimentSpecInput, name: string): ExperimentSpecInput {
  return withPlan(spec, { freeze: { upTo: name }, reuse: spec.reuse })
}

/** It and everything after it trained; every reused layer before it frozen. */
export function trainFrom(spec: ExperimentSpecInput, name: string): ExperimentSpecInput {
  return withPlan(spec, { train: { from: name }, reuse: spec.reuse })
}

export type PatternAction = 'freeze' | 'train' | 'reuse' | 'fresh'

/** A pattern as the whole plan of its kind: only the matches are frozen / trained / reused / fresh. */
export function applyPattern(
  spec: ExperimentSpecInput,
  action: PatternAction,
  pattern: string,
  matched: readonly string[],
  context: PlanContext,
): ExperimentSpecInput {
  const { freeze, train, reuse } = spec
  if (action === 'freeze') return withPlan(spec, { freeze: { pattern }, reuse })
  if (action === 'train') return withPlan(spec, { train: { pattern }, reuse })
  if (action === 'reuse') return withPlan(spec, { freeze, train, reuse: { pattern } })
  return withPlan(spec, { freeze, train, reuse: { all: true, except: compress(context, new Set(matched)) } })
}

function withStates(spec: ExperimentSpecInput, context: PlanContext): ExperimentSpecInput {
  const base = context.tree.layers.filter((layer) => context.baseLayers.has(layer.name)).map((layer) => layer.name)
  const inState = (state: LayerState): Set<string> => new Set(base.filter((name) => context.states[name] === state))
  const frozen = inState('frozen')
  const fresh = inState('fresh')
  const isNoneWithDefaultAll = frozen.size === 0 && spec.strategy.type !== 'feature-extraction'
  const freeze = isNoneWithDefaultAll ? undefined : describeSet(context, base, frozen)
  const reuse = !context.isPretrained ? spec.reuse : fresh.size === 0 ? undefined : describeRest(context, base, fresh)
  return withPlan(spec, { freeze, reuse })
}

function describeSet(context: PlanContext, base: readonly string[], names: ReadonlySet<string>): Selection {
  const isIn = (name: string): boolean => names.has(name)
  if (names.size === 0) return { layers: [] }
  // Fresh layers of the base are named by `reuse`; what they are doing in `all` does not matter: fresh wins.
  if (base.every((name) => isIn(name) || context.states[name] === 'fresh')) return { all: true }
  const end = base.findLastIndex(isIn)
  const upTo = base[end]
  if (upTo !== undefined && base.slice(0, end + 1).every((name) => isIn(name) || context.states[name] === 'fresh')) {
    const block = context.tree.blockByName.get(context.tree.byName.get(upTo)?.block ?? '')
    return { upTo: block && block.layers.at(-1)?.name === upTo ? block.name : upTo }
  }
  return { layers: compress(context, names) }
}

function describeRest(context: PlanContext, base: readonly string[], fresh: ReadonlySet<string>): Selection {
  return fresh.size === base.length ? { layers: [] } : { all: true, except: compress(context, fresh) }
}

/** Names of layers, with the block's name where all of it is meant. */
export function compress(context: PlanContext, names: ReadonlySet<string>): string[] {
  return context.tree.blocks.flatMap((block) => {
    const own = block.layers.filter((layer) => context.baseLayers.has(layer.name))
    const meant = own.filter((layer) => names.has(layer.name)).map((layer) => layer.name)
    const isWhole = own.length > 1 && own.length === block.layers.length && meant.length === own.length
    return isWhole && !context.tree.byName.has(block.name) ? [block.name] : meant
  })
}

function withPlan(
  spec: ExperimentSpecInput,
  plan: { freeze?: Selection | undefined; train?: Selection | undefined; reuse?: Selection | undefined },
): ExperimentSpecInput {
  const { freeze: _freeze, train: _train, reuse: _reuse, ...rest } = spec
  return {
    ...rest,
    ...(plan.reuse ? { reuse: plan.reuse } : {}),
    ...(plan.freeze ? { freeze: plan.freeze } : {}),
    ...(plan.train ? { train: plan.train } : {}),
  }
}
