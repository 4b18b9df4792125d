import type { ExhibitOf } from '@contract/exhibits.ts'
import { computed, type ComputedRef, shallowRef, type ShallowRef, watch } from 'vue'
import { client } from '../../app/client.ts'
import { useSettings } from '../../stores/settings.ts'
import { useToasts } from '../../stores/toasts.ts'
import type { ExhibitContext } from './exhibit-context.ts'

type Row = ExhibitOf<'review'>['rows'][number]
export type Verdict = 'open' | 'accepted' | 'rejected' | 'otherwise'

export interface Review {
  /** Labels as they are now, by item; an item that is gone is not in it. */
  readonly labels: ShallowRef<ReadonlyMap<number, string | null>>
  readonly counts: ComputedRef<Readonly<Record<Verdict, number>>>
  /** accepted: the label is the suggestion; otherwise: it is another one. */
  verdict(row: Row): Verdict
  /** Writes the suggestions as labels: one change of the dataset, which can be undone. */
  accept(rows: readonly Row[]): void
  reject(rows: readonly Row[], isRejected?: boolean): void
}

/** The grid's state: what was accepted stands in the dataset, what was rejected in the window's settings. */
export function useReview(exhibit: () => ExhibitOf<'review'>, context: ExhibitContext): Review {
  const toasts = useToasts()
  const settings = useSettings()
  let writing: Promise<void> = Promise.resolve()
  const labels = shallowRef<ReadonlyMap<number, string | null>>(new Map())
  const key = (): string => `review.${context.key.value}.${exhibit().id}`
  const rejected = computed(() => new Set(settings.get<number[]>(key(), [])))

  function verdict(row: Row): Verdict {
    const now = labels.value.get(row.itemId) ?? null
    if (now === row.suggested) return 'accepted'
    if (now !== null) return 'otherwise'
    return rejected.value.has(row.itemId) ? 'rejected' : 'open'
  }
  const counts = computed(() => {
    const found = { open: 0, accepted: 0, rejected: 0, otherwise: 0 }
    for (const row of exhibit().rows) found[verdict(row)]++
    return found
  })

  async function refresh(ids: readonly number[]): Promise<void> {
    const datasetId = context.datasetId.value
    if (datasetId === null) return
    const next = new Map(labels.value)
    for (let start = 0; start < ids.length; start += 1000) {
      const filter = { ids: ids.slice(start, start + 1000) }
      const { items } = await client.call('datasets.items', { datasetId, filter, offset: 0, limit: 1000 })
      for (const item of items) {
        const label = item.labels[exhibit().column]
        next.set(item.id, label === null || label === undefined ? null : String(label))
      }
    }
    labels.value = next
  }

  /** Shown at once, written one after the other: keys may come faster than the dataset changes. */
  function accept(rows: readonly Row[]): void {
    if (context.datasetId.value === null || rows.length === 0) return
    labels.value = new Map([...labels.value, ...rows.map((row) => [row.itemId, row.suggested] as const)])
    reject(rows, false)
    writing = writing.then(() => write(rows))
  }

  async function write(rows: readonly Row[]): Promise<void> {
    const datasetId = context.datasetId.value
    if (datasetId === null) return
    const groups = [...Map.groupBy(rows, (row) => row.suggested)].map(([value, members]) => {
      return { value, itemIds: members.map((row) => row.itemId) }
    })
    try {
      const { dataset } = await client.call('datasets.labelEach', {
        datasetId,
        column: exhibit().column,
        labels: groups,
      })
      toasts.show(rows.length === 1 ? `“${rows[0]?.suggested}” is the label now` : `${rows.length} labels accepted`, {
        detail: `${dataset.name} is at version ${dataset.version}. Train again to learn from it.`,
        action: { label: 'Undo', run: () => void undo(rows) },
      })
    } catch (problem) {
      toasts.fail(problem)
      await refresh(rows.map((row) => row.itemId)).catch(() => undefined)
    }
  }

  async function undo(rows: readonly Row[]): Promise<void> {
    const datasetId = context.datasetId.value
    if (datasetId === null) return
    try {
      await client.call('datasets.undo', { datasetId })
      await refresh(rows.map((row) => row.itemId))
    } catch (problem) {
      toasts.fail(problem)
    }
  }

  function reject(rows: readonly Row[], isRejected = true): void {
    const next = new Set(rejected.value)
    for (const { itemId } of rows) {
      if (isRejected) next.add(itemId)
      else next.delete(itemId)
    }
    if (next.size === rejected.value.size && rows.every((row) => rejected.value.has(row.itemId) === isRejected)) return
    void settings.set(key(), next.size === 0 ? null : [...next])
  }

  watch(
    () =>
      `${context.datasetId.value} ${exhibit().column} ${exhibit()
        .rows.map((row) => row.itemId)
        .join()}`,
    () => void refresh(exhibit().rows.map((row) => row.itemId)).catch((problem) => toasts.fail(problem)),
    { immediate: true },
  )
  return { labels, counts, verdict, accept, reject }
}
