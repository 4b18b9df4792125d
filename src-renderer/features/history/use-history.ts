import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { HistoryChange, HistoryEntry } from '@contract/history.ts'
import { computed, type ComputedRef, onScopeDispose, type Ref, ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'

const PAGE = 100
const CHANGES = 200

/** A line of the list: an entry, or (`version`) one change of an open entry. */
export interface HistoryRow {
  readonly index: number
  readonly version: number | null
}

export interface HistoryList {
  readonly loaded: Ref<boolean>
  readonly error: ShallowRef<GraftError | null>
  /** Entries, or named versions, that there are. */
  readonly total: Ref<number>
  readonly rows: ComputedRef<readonly HistoryRow[]>
  entry(index: number): HistoryEntry | null
  change(version: number): HistoryChange | null
  isOpen(entry: HistoryEntry): boolean
  setOpen(entry: HistoryEntry, isOpen: boolean): void
  /** Fetches what of these rows is not here. */
  want(rows: readonly HistoryRow[]): Promise<void>
  reload(): Promise<void>
}

/** The history of a dataset, newest first, fetched as it comes into view. */
export function useHistory(dataset: () => Dataset, named: () => boolean): HistoryList {
  const loaded = ref(false)
  const error = shallowRef<GraftError | null>(null)
  const total = ref(0)
  const entries = shallowRef<ReadonlyMap<number, HistoryEntry>>(new Map())
  const changes = shallowRef<ReadonlyMap<number, HistoryChange>>(new Map())
  /** By first version: it stays while newer entries come. */
  const open = shallowRef<ReadonlySet<number>>(new Set())
  const pending = new Set<string>()
  let asked = 0

  const rows = computed(() => {
    const list: HistoryRow[] = []
    for (let index = 0; index < total.value; index++) {
      list.push({ index, version: null })
      const entry = entries.value.get(index)
      if (entry === undefined || !open.value.has(entry.first)) continue
      for (let version = entry.last; version >= entry.first; version--) list.push({ index, version })
    }
    return list
  })

  async function fetchPage(page: number): Promise<{ total: number; entries: HistoryEntry[] }> {
    const offset = page * PAGE
    return client.call('history.entries', { datasetId: dataset().id, named: named(), offset, limit: PAGE })
  }

  async function reload(): Promise<void> {
    const mine = ++asked
    const pages = new Set([0, ...[...entries.value.keys()].map((index) => Math.floor(index / PAGE))])
    try {
      const found = new Map<number, HistoryEntry>()
      let count = 0
      for (const page of pages) {
        const reply = await fetchPage(page)
        count = reply.total
        for (const [i, entry] of reply.entries.entries()) found.set(page * PAGE + i, entry)
      }
      if (mine !== asked) return
      total.value = count
      entries.value = found
      changes.value = new Map()
      error.value = null
      loaded.value = true
    } catch (caught) {
      if (mine === asked) error.value = toGraftError(caught)
    }
  }

  /** Once at a time; what comes after a reload is of another history. */
  async function once(key: string, work: () => Promise<() => void>): Promise<void> {
    if (pending.has(key)) return
    pending.add(key)
    const mine = asked
    try {
      const take = await work()
      if (mine === asked) take()
    } catch (caught) {
      error.value = toGraftError(caught)
    } finally {
      pending.delete(key)
    }
  }

  const loadPage = (page: number) =>
    once(`page ${page}`, async () => {
      const reply = await fetchPage(page)
      return () => {
        const own = reply.entries.map((entry, i) => [page * PAGE + i, entry] as const)
        entries.value = new Map([...entries.value, ...own])
      }
    })

  const loadChanges = (last: number) =>
    once(`changes ${last}`, async () => {
      const first = Math.max(1, last - CHANGES + 1)
      const reply = await client.call('history.changes', { datasetId: dataset().id, first, last, limit: CHANGES })
      return () => {
        changes.value = new Map([...changes.value, ...reply.changes.map((one) => [one.version, one] as const)])
      }
    })

  async function want(wanted: readonly HistoryRow[]): Promise<void> {
    const pages = new Set(wanted.filter(({ index }) => !entries.value.has(index)).map(({ index }) => Math.floor(index / PAGE))) // prettier-ignore
    const versions = wanted.flatMap(({ version }) => (version === null || changes.value.has(version) ? [] : [version]))
    // Aligned, so that scrolling asks for each piece once.
    const pieces = new Set(versions.map((version) => Math.ceil(version / CHANGES) * CHANGES))
    await Promise.all([...[...pages].map(loadPage), ...[...pieces].map(loadChanges)])
  }

  const stops = [
    client.on('datasets.changed', (event) => void (event.datasetId === dataset().id && reload())),
    onResync(() => void reload()),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
  watch(
    named,
    () => {
      entries.value = new Map()
      void reload()
    },
    { immediate: true },
  )

  return {
    loaded,
    error,
    total,
    rows,
    entry: (index) => entries.value.get(index) ?? null,
    change: (version) => changes.value.get(version) ?? null,
    isOpen: (entry) => open.value.has(entry.first),
    setOpen(entry, isOpen) {
      const next = new Set(open.value)
      if (isOpen && entry.first !== entry.last) next.add(entry.first)
      else next.delete(entry.first)
      open.value = next
    },
    want,
    reload,
  }
}
