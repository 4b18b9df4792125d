import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import { useDebounceFn } from '@vueuse/core'
import { computed, type ComputedRef, ref, type Ref, type ShallowRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { type Candidate, inReviewOrder, type ReviewOrder, type ReviewRequest } from './review.ts'
import { suggestedFor } from './suggested-for.ts'

/** As many as are looked through at once. */
const MOST = 10_000

export interface Review {
  /** The least confidence; null: the marked items are looked through, however sure. */
  readonly above: Ref<number | null>
  /** Items of the test split, too. */
  readonly test: Ref<boolean>
  readonly order: Ref<ReviewOrder>
  readonly loading: Ref<boolean>
  readonly error: ShallowRef<GraftError | null>
  /** Of what is shown: it stays although the head learns on. */
  readonly fit: ComputedRef<number | null>
  /** That there are, shown or not; those of the test split beside them. */
  readonly total: ComputedRef<number>
  readonly inTest: ComputedRef<number>
  /** Left out: they are drawn for the estimate and wait for their own label. */
  readonly inDraw: ComputedRef<number>
  readonly candidates: ComputedRef<readonly Candidate[]>
  /** Unticked: they stay without a label. */
  readonly left: Ref<ReadonlySet<number>>
  toggle(items: readonly number[]): void
  load(): Promise<void>
}

/** Suggestions that are looked through before they become labels: fetched when asked for, and kept as they were shown. */
export function useReview(dataset: () => Dataset, column: () => string, request: ReviewRequest): Review {
  const above = ref<number | null>('above' in request ? request.above : null)
  const test = ref(false)
  const order = ref<ReviewOrder>('doubtful')
  const loading = ref(true)
  const error = shallowRef<GraftError | null>(null)
  const found = shallowRef<{
    fit: number
    total: number
    inTest: number
    inDraw?: number
    list: readonly Candidate[]
  } | null>(null)
  const left = shallowRef<ReadonlySet<number>>(new Set())
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    loading.value = true
    try {
      const next = await fetchCandidates()
      if (mine !== asked) return
      found.value = next
      error.value = null
    } catch (caught) {
      if (mine === asked) error.value = toGraftError(caught)
    }
    if (mine === asked) loading.value = false
  }

  async function fetchCandidates(): Promise<NonNullable<typeof found.value>> {
    const of = { datasetId: dataset().id, column: column() }
    if ('itemIds' in request) return await suggestedFor(of, request.itemIds, test.value)
    const answer = await client.call('labelling.candidates', {
      ...of,
      above: above.value ?? 0,
      test: test.value,
      limit: MOST,
    })
    return {
      fit: answer.fit,
      total: answer.total,
      inTest: answer.inTest,
      inDraw: answer.inDraw,
      list: answer.suggestions,
    }
  }

  function toggle(items: readonly number[]): void {
    const next = new Set(left.value)
    const isEveryLeft = items.every((item) => next.has(item))
    for (const item of items) {
      if (isEveryLeft) next.delete(item)
      else next.add(item)
    }
    left.value = next
  }

  watch(above, useDebounceFn(load, 150))
  watch(test, () => void load())
  void load()

  return {
    above,
    test,
    order,
    loading,
    error,
    fit: computed(() => found.value?.fit ?? null),
    total: computed(() => found.value?.total ?? 0),
    inTest: computed(() => found.value?.inTest ?? 0),
    inDraw: computed(() => found.value?.inDraw ?? 0),
    candidates: computed(() => inReviewOrder(found.value?.list ?? [], order.value)),
    left,
    toggle,
    load,
  }
}
