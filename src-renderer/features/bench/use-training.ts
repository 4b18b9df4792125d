import type { PlanProblem } from '@contract/models.ts'
import { ref, shallowRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { client } from '../../app/client.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useBenchStore } from './bench-store.ts'
import { parseSeeds } from './parse-seeds.ts'

export interface Training {
  /** What the last check found; null: not checked, or the spec has changed since. */
  readonly found: Ref<readonly PlanProblem[] | null>
  readonly isBusy: Ref<'check' | 'train' | null>
  check(): Promise<void>
  train(): Promise<void>
}

/** Check and Train. Training checks first; a blocking problem stops it, a warning does not. One run per seed. */
export function useTraining(): Training {
  const store = useBenchStore()
  const toasts = useToasts()
  const router = useRouter()
  const found = shallowRef<readonly PlanProblem[] | null>(null)
  const isBusy = ref<'check' | 'train' | null>(null)

  async function preflight(): Promise<boolean> {
    const { problems } = await client.call('runs.preflight', { spec: store.spec })
    const seeds = parseSeeds(store.seeds)
    const seedProblem: PlanProblem[] =
      typeof seeds === 'string' ? [{ level: 'block', code: 'seeds', message: seeds, fix: null }] : []
    found.value = [...seedProblem, ...problems].sort(
      (a, b) => Number(b.level === 'block') - Number(a.level === 'block'),
    )
    return found.value.every((problem) => problem.level !== 'block')
  }

  async function guarded(what: 'check' | 'train', act: () => Promise<void>): Promise<void> {
    if (isBusy.value !== null || store.spec.dataset === '') return
    isBusy.value = what
    try {
      await act()
    } catch (error) {
      toasts.fail(error)
    } finally {
      isBusy.value = null
    }
  }

  async function start(): Promise<void> {
    if (!(await preflight())) return
    const seeds = parseSeeds(store.seeds)
    if (typeof seeds === 'string') return
    const started: string[] = []
    for (const seed of seeds) started.push((await client.call('runs.start', { spec: { ...store.spec, seed } })).runId)
    found.value = null
    if (started.length > 1) toasts.show(`${started.length} runs queued, one per seed.`, { tone: 'action' })
    await router.push(`/runs/${started[0]}`)
  }

  return {
    found,
    isBusy,
    check: () => guarded('check', async () => void (await preflight())),
    train: () => guarded('train', start),
  }
}
