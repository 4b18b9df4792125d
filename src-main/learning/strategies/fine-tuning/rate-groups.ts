import { layersIn } from '../common/reuse/layer-sets.ts'
import type { StrategyContext } from '../../engine/run/strategy-context.ts'

/** Reused layers that learn, in groups of whole blocks from input to output, as even as `count` groups can be; null: each block is a
 *  group of its own. */
export function rateGroups(context: StrategyContext, count: number | null): string[][] {
  const reused = context.network.layers.filter((layer) => context.states[layer.name] === 'trained')
  const blocks = [...new Set(reused.map(({ block }) => block))]
  const groups = Math.min(count ?? blocks.length, blocks.length)
  const groupOf = (block: string) => Math.floor((blocks.indexOf(block) * groups) / blocks.length)
  return Array.from({ length: groups }, (_, g) =>
    reused.filter(({ block }) => groupOf(block) === g).map(({ name }) => name),
  )
}

/** Rates fall by `decay` per reused group, counted from the last one: rate * decay^k; fresh layers take `headFactor` instead. Paper:
 *  Howard, Ruder (ULMFiT), ACL 2018, arXiv 1801.06146, section 3.2 (there decay = 1 / 2.6). */
export function decayingRates(
  context: StrategyContext,
  groups: readonly (readonly string[])[],
  { decay, headFactor }: { decay: number; headFactor: number },
): Map<string, number> {
  return factors(context, groups, headFactor, (g) => decay ** (groups.length - 1 - g))
}

/** Rates in geometric steps from `lowest` times the rate in the first group to the rate itself in the last one, which is the fresh
 *  layers': eta_g = eta (lowest)^((G-1-g)/(G-1)), G groups with theirs. As fastai's slice (even_mults in fastai/torch_core.py). */
export function geometricRates(
  context: StrategyContext,
  groups: readonly (readonly string[])[],
  { lowest, headFactor }: { lowest: number; headFactor: number },
): Map<string, number> {
  const hasHead = layersIn(context, 'fresh').size > 0
  const last = groups.length - 1 + (hasHead ? 1 : 0)
  return factors(context, groups, headFactor, (g) => (last === 0 ? 1 : lowest ** ((last - g) / last)))
}

function factors(
  context: StrategyContext,
  groups: readonly (readonly string[])[],
  headFactor: number,
  ofGroup: (g: number) => number,
): Map<string, number> {
  const fresh = [...layersIn(context, 'fresh')].map((name) => [name, groups.length > 0 ? headFactor : 1] as const)
  const reused = groups.flatMap((names, g) => names.map((name) => [name, ofGroup(g)] as const))
  return new Map([...fresh, ...reused])
}
