import type { ExperimentSpecInput } from '@contract/spec.ts'
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { client } from '../../app/client.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useBenchStore } from '../../stores/bench.ts'
import { withDataset } from './start-spec.ts'
import { asFineTuning } from './variants.ts'

/** What links to the bench ask for: `?run=<id>` opens that run's spec (`&variant=fine-tuning` its counterpart),
 *  `?dataset=<id>` picks a dataset, `?base=<id>` a base model. The query is taken away once it is done. */
export function useBenchQuery(): void {
  const store = useBenchStore()
  const route = useRoute()
  const router = useRouter()
  const toasts = useToasts()
  const given = (name: string): string | null => {
    const value = route.query[name]
    return typeof value === 'string' && value !== '' ? value : null
  }

  async function openRun(runId: string): Promise<void> {
    const { spec, name } = await client.call('runs.get', { runId })
    const plain: ExperimentSpecInput = { ...spec, name: spec.name || name }
    const isVariant = (given('variant') ?? given('compareWith')) === 'fine-tuning'
    store.edit(isVariant ? asFineTuning(plain, store.catalog) : plain)
    store.seeds = String(spec.seed)
    toasts.show(
      isVariant ? `The same experiment as "${plain.name}", fine-tuned.` : `Opened the spec of "${plain.name}".`,
    )
  }

  async function apply(): Promise<void> {
    const [run, dataset, base] = [given('run'), given('dataset'), given('base')]
    if (run === null && dataset === null && base === null) return
    try {
      if (run !== null) await openRun(run)
      const found = store.datasets.find((one) => one.id === dataset || one.name === dataset)
      if (found) store.edit(withDataset(store.spec, found, store.bases))
      if (base !== null) store.useBase(base)
    } catch (error) {
      toasts.fail(error)
    }
    await router.replace({ path: '/bench', query: {} })
  }

  watch(
    [() => route.fullPath, () => store.status],
    ([, status]) => {
      if (status === 'ready' && route.name === 'bench') void apply()
    },
    { immediate: true },
  )
}
