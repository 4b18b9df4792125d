import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { Agreement, Disagreement, Opinion, OpinionDecision } from '@contract/opinions.ts'
import { computed, type ComputedRef, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useToasts } from '../../stores/toasts.ts'
import type { Decision, Pair, Verdict } from '../audit/verdicts.ts'

export interface Disagreements {
  readonly agreement: ShallowRef<Agreement | null>
  readonly error: ShallowRef<GraftError | null>
  readonly pairs: ComputedRef<readonly Pair[]>
  load(): Promise<void>
  decide(itemIds: readonly number[], decision: Decision): Promise<void>
  undo(): Promise<number | null>
}

interface Step {
  readonly items: readonly { readonly item: number; readonly decision: OpinionDecision | null }[]
  /** The version that taking second labels made; null: no label was changed. */
  readonly version: number | null
}

/** Agreement of a finished pass, and the items that were labelled differently. */
export function useDisagreements(dataset: () => Dataset, opinion: () => Opinion): Disagreements {
  const datasets = useDatasets()
  const toasts = useToasts()
  const opinionId = opinion().id
  const agreement = shallowRef<Agreement | null>(null)
  const items = shallowRef<readonly Disagreement[]>([])
  const error = shallowRef<GraftError | null>(null)
  const steps: Step[] = []
  let queue: Promise<unknown> = Promise.resolve()

  async function load(): Promise<void> {
    try {
      const found = await client.call('opinions.disagreements', { opinionId, limit: 10_000 })
      agreement.value = await client.call('opinions.agreement', { opinionId })
      items.value = found.items
      error.value = null
    } catch (caught) {
      error.value = toGraftError(caught)
    }
  }

  /** One after the other: an undo must not overtake the decision that it takes back. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = queue.then(work).catch((problem: unknown) => toasts.fail(problem))
    queue = done
    return done
  }

  async function put(itemIds: readonly number[], decision: OpinionDecision | null): Promise<number | null> {
    const before = dataset().version
    const changed = await client.call('opinions.decide', { opinionId, itemIds: [...itemIds], decision })
    datasets.put(changed.dataset)
    return changed.dataset.version === before ? null : changed.dataset.version
  }

  const decide = (itemIds: readonly number[], decision: Decision): Promise<void> =>
    inTurn(async () => {
      const wanted = new Set(itemIds)
      const before = items.value.filter(({ item }) => wanted.has(item)).map(({ item, decision: was }) => ({ item, decision: was })) // prettier-ignore
      // A second label that was taken goes back first: keeping the first has to mean it.
      const taken = before.filter((one) => one.decision === 'taken' && decision !== 'taken')
      for (const { item } of taken) await setFirst(item)
      steps.push({ items: before, version: await put(itemIds, decision) })
      await load()
    })

  async function setFirst(item: number): Promise<void> {
    const value = items.value.find((one) => one.item === item)?.first ?? null
    const column = opinion().column
    const { dataset: now } = await client.call('datasets.label', { datasetId: dataset().id, column, itemIds: [item], value }) // prettier-ignore
    datasets.put(now)
  }

  async function undo(): Promise<number | null> {
    const step = steps.pop()
    if (step === undefined) return null
    await inTurn(async () => {
      if (step.version !== null && step.version === dataset().version) {
        datasets.put((await client.call('datasets.undo', { datasetId: dataset().id })).dataset)
      } else if (step.version !== null) {
        for (const { item } of step.items) await setFirst(item)
      }
      for (const { item, decision } of step.items) await put([item], decision)
      await load()
    })
    return step.items[0]?.item ?? null
  }

  const pairs = computed(() =>
    items.value.map(({ item, path, split, first, second, now, decision }): Pair => {
      const isOther = now !== first && now !== second
      const verdict: Verdict = decision ?? (isOther ? 'otherwise' : 'open')
      return { item, path, split, first, second, note: '', verdict }
    }),
  )
  watch(() => dataset().version, load, { immediate: true })
  return { agreement, error, pairs, load, decide, undo }
}
