import type { ExperimentSpec } from '../../contract/spec.ts'
import { strategies } from '../strategies/index.ts'

/** What a spec's strategy names beside the spec's own dataset and base, each once, with the parameter that names it. */
export interface References {
  readonly models: readonly { readonly ref: string; readonly path: string }[]
  readonly datasets: readonly { readonly name: string; readonly path: string }[]
}

/** Found by the types of the strategy's parameters. */
export function referencesOf({ strategy }: Pick<ExperimentSpec, 'strategy'>): References {
  const fields = strategies.find(({ type }) => type === strategy.type)?.params.fields ?? []
  const models = new Map<string, string>()
  const datasets = new Map<string, string>()
  for (const { name, type } of fields) {
    const value: unknown = strategy[name]
    const names = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '')
    const into = type === 'dataset' ? datasets : type === 'model' || type === 'models' ? models : null
    for (const one of names as string[]) if (into !== null && !into.has(one)) into.set(one, `strategy.${name}`)
  }
  return {
    models: [...models].map(([ref, path]) => ({ ref, path })),
    datasets: [...datasets].map(([name, path]) => ({ name, path })),
  }
}
