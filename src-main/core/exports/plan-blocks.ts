import type { CardDetails } from '../../contract/model-card.ts'
import type { ResolvedPlan } from '../../contract/models.ts'
import type { WeightChange } from '../../contract/runs.ts'

/** Blocks of a planned network with the layers that have weights, what was planned for each, and how far it moved. */
export function planBlocks(
  { network, facts, states }: Pick<ResolvedPlan, 'network' | 'facts' | 'states'>,
  changes: readonly WeightChange[],
): CardDetails['blocks'] {
  const parameters = new Map(facts.map((fact) => [fact.name, fact.parameters]))
  const moved = new Map(changes.map((change) => [change.layer, change]))
  const labels = new Map(network.blocks.map(({ name, label }) => [name, label]))
  const blocks = new Map<string, CardDetails['blocks'][number]['layers']>()
  for (const { name, block } of network.layers) {
    const count = parameters.get(name) ?? 0
    if (count === 0) continue
    const { change = null, movingChange = null } = moved.get(name) ?? {}
    const layer = { name, state: states[name] ?? ('fresh' as const), parameters: count, change, movingChange }
    blocks.set(block, [...(blocks.get(block) ?? []), layer])
  }
  return [...blocks].map(([name, layers]) => ({ label: labels.get(name) ?? name, layers }))
}
