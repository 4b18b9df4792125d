import type { LayerState, Network } from '../../contract/network.ts'

/** A freeze plan in words, as runs of layers in one state: `frozen: input to block13_add (120 layers); trained: ...`. */
export function describeStates(network: Network, states: Readonly<Record<string, LayerState>>): string {
  const runs: { state: LayerState; names: string[] }[] = []
  for (const { name } of network.layers) {
    const state = states[name] ?? 'fresh'
    const last = runs.at(-1)
    if (last?.state === state) last.names.push(name)
    else runs.push({ state, names: [name] })
  }
  return runs.map(({ state, names }) => `${state}: ${rangeText(names)}`).join('; ')
}

function rangeText(names: readonly string[]): string {
  const [first, ...rest] = names
  return rest.length === 0 ? String(first) : `${first} to ${names.at(-1)} (${names.length} layers)`
}
