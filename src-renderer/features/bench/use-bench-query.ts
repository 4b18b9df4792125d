import { GraftError } from '@contract/errors.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { nextTick, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { client } from '../../app/client.ts'
import { plural } from '../../ui/format.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useBenchStore } from './bench-store.ts'
import { patchSpec } from '@contract/patch-spec.ts'
import { withDataset } from './start-spec.ts'
import { asFineTuning } from './variants.ts'

/** What links to the bench ask for: `?run=<id>` opens that run's spec (`&variant=fine-tuning` its counterpart, `&patch=<json>`
 *  with a change of it, path -> value), `?dataset=<id>` picks a dataset, `?base=<id>` a base model. The query is taken away once it is done. */
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
    const changes = patchOf(given('patch'))
    const { spec, name } = await client.call('runs.get', { runId })
    const plain: ExperimentSpecInput = { ...spec, name: spec.name || name }
    const isVariant = (given('variant') ?? given('compareWith')) === 'fine-tuning'
    store.edit(patchSpec(isVariant ? asFineTuning(plain, store.catalog) : plain, changes))
    store.seeds = String(spec.seed)
    toasts.show(
      isVariant
        ? `The same experiment as "${plain.name}", fine-tuned.`
        : Object.keys(changes).length > 0
          ? `The spec of "${plain.name}" with ${plural(Object.keys(changes).length, 'change')}.`
          : `Opened the spec of "${plain.name}".`,
    )
  }

  let isApplying = false
  async function apply(): Promise<void> {
    const [run, dataset, base] = [given('run'), given('dataset'), given('base')]
    if (isApplying || (run === null && dataset === null && base === null)) return
    isApplying = true
    try {
      // The screen loads when it is there; what was imported or trained since its last visit is on the lists only then.
      await nextTick()
      await store.loaded()
      if (run !== null) await openRun(run)
      if (dataset !== null && !(await picked(() => pickDataset(dataset)))) throw gone('dataset', dataset)
      if (base !== null && !(await picked(() => store.useBase(base)))) throw gone('model', base)
    } catch (error) {
      toasts.fail(error)
    }
    isApplying = false
    await router.replace({ path: '/bench', query: {} })
  }

  /** A link may be newer than the lists of a bench that stands open. */
  async function picked(pick: () => boolean): Promise<boolean> {
    if (pick()) return true
    await store.refresh()
    return pick()
  }

  function pickDataset(wanted: string): boolean {
    const found = store.datasets.find((one) => one.id === wanted || one.name === wanted)
    if (found !== undefined) store.edit(withDataset(store.spec, found, store.bases))
    return found !== undefined
  }

  watch(
    [() => route.fullPath, () => store.status],
    ([, status]) => {
      if (status === 'ready' && route.name === 'bench') void apply()
    },
    { immediate: true },
  )
}

function gone(kind: string, id: string): GraftError {
  return new GraftError('E_NOT_FOUND', `Expected a ${kind} of this workspace. Received: ${id}, which is not there.`, {
    fix: `Choose another ${kind} on the bench.`,
  })
}

/** The changes that a link asks for. */
function patchOf(json: string | null): Readonly<Record<string, unknown>> {
  if (json === null) return {}
  const parsed = parsedOrNull(json)
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>
  throw new GraftError('E_INPUT', `Expected the changes of the link as a JSON object. Received: ${json.slice(0, 80)}`, {
    fix: 'Follow the link again, or open the run’s spec and change it on the bench.',
  })
}

function parsedOrNull(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
