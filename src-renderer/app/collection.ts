import type { GraftError } from '@contract/errors.ts'
import type { EventName, Events } from '@contract/index.ts'
import { computed, type ComputedRef, onScopeDispose, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { useWorkspace } from '../stores/workspace.ts'
import { client, toGraftError } from './client.ts'
import { onResync } from './connection.ts'
import { type LookedUp, useLookedUp } from './use-looked-up.ts'

/** What an event says of one row; null: it was removed. */
export interface Change<Row> {
  readonly id: string
  readonly row: Row | null
}

export interface CollectionSource<Row, E extends EventName> {
  /** All rows of the open workspace. */
  fetch(): Promise<readonly Row[]>
  idOf(row: Row): string
  /** Told of each change. */
  readonly changed: E
  /** Which row the event is about. Without it the event does not say, and all rows are fetched again. */
  readonly told?: (event: Events[E]) => Change<Row> | Promise<Change<Row>>
  /** Without it: as fetched, and what is new comes at the end. */
  readonly order?: (a: Row, b: Row) => number
  /** Changes that follow each other faster are shown together; without it each is shown at once. */
  readonly gatherMs?: number
}

export type RowListener<Row> = (id: string, before: Row | undefined, after: Row | null) => void

export interface Collection<Row> {
  readonly list: ComputedRef<readonly Row[]>
  readonly byId: ShallowRef<ReadonlyMap<string, Row>>
  readonly loaded: Ref<boolean>
  readonly loading: Ref<boolean>
  /** Of the last load. */
  readonly error: ShallowRef<GraftError | null>
  /** Fetches all rows again. */
  load(): Promise<void>
  /** Fetches them unless they are there or on their way. */
  ensureLoaded(): Promise<void>
  /** The row, looked up afresh where it is not on a list that may be older than the id. */
  find(id: string): Promise<Row | null>
  /** The same for the ids that an address names, kept up with it. */
  lookedUp(ids: () => readonly string[]): LookedUp
  /** Takes a newer state of one row at once. */
  put(row: Row): void
  drop(ids: readonly string[]): void
  /** Takes the row that a request answers, unless an event told of that row meanwhile: it is as new, or newer. */
  take(id: string, request: () => Promise<Row>): Promise<void>
  /** Calls `listener` for each row that is loaded (it has no `before`) or changes. Returns its remover. */
  onChange(listener: RowListener<Row>): () => void
}

/** Rows of the open workspace: one snapshot on first use, then kept true by events. They are fetched again when the workspace is another
 *  one and when events may have been missed; what is told while they are fetched is newer than the reply. */
export function createCollection<Row, E extends EventName>(source: CollectionSource<Row, E>): Collection<Row> {
  const workspace = useWorkspace()
  const byId = shallowRef<ReadonlyMap<string, Row>>(new Map())
  const loaded = ref(false)
  const loading = ref(false)
  const error = shallowRef<GraftError | null>(null)
  const list = computed(() => (source.order ? [...byId.value.values()].sort(source.order) : [...byId.value.values()]))
  const listeners = new Set<RowListener<Row>>()
  const waiting = new Map<string, Row | null>()
  const sinceRequest = new Map<string, Row | null>()
  const timesTold = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let shownAt = -Infinity
  let request = 0
  let newest: Promise<void> = Promise.resolve()

  const load = (): Promise<void> => (newest = loadNow(++request))

  async function loadNow(mine: number): Promise<void> {
    show()
    sinceRequest.clear()
    loading.value = true
    try {
      const rows = await source.fetch()
      if (mine !== request) return await newest
      replace(rows)
      error.value = null
      loaded.value = true
    } catch (problem) {
      if (mine !== request) return await newest
      error.value = toGraftError(problem)
    }
    loading.value = false
  }

  function replace(rows: readonly Row[]): void {
    const before = byId.value
    const next = new Map(rows.map((row) => [source.idOf(row), row]))
    waiting.clear()
    applyTo(next, sinceRequest)
    byId.value = next
    for (const id of before.keys()) if (!next.has(id)) announce(id, before.get(id), null)
    for (const [id, row] of next) announce(id, undefined, row)
  }

  async function ensureLoaded(): Promise<void> {
    if (loading.value) await newest
    else if (!loaded.value || error.value !== null) await load()
  }

  function clear(): void {
    request++
    newest = Promise.resolve()
    clearTimeout(timer)
    timer = undefined
    for (const map of [waiting, sinceRequest, timesTold]) map.clear()
    byId.value = new Map()
    loaded.value = false
    loading.value = false
    error.value = null
  }

  function change(id: string, row: Row | null): void {
    waiting.set(id, row)
    if (loading.value) sinceRequest.set(id, row)
  }

  function show(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    shownAt = performance.now()
    const before = byId.value
    const next = new Map(before)
    const changes = [...waiting]
    waiting.clear()
    applyTo(next, changes)
    byId.value = next
    for (const [id, row] of changes) announce(id, before.get(id), row)
  }

  async function hear(event: Events[E]): Promise<void> {
    if (source.told === undefined) return void ((loaded.value || loading.value) && load())
    const told = source.told(event)
    if (!(told instanceof Promise)) return tell(told)
    const here = workspace.state?.path
    const row = await told
    if (here === workspace.state?.path) tell(row)
  }

  function tell({ id, row }: Change<Row>): void {
    timesTold.set(id, timesOf(id) + 1)
    change(id, row)
    const due = shownAt + (source.gatherMs ?? 0) - performance.now()
    // At once where it can be: it is then drawn in one frame with what came with it.
    if (due <= 0) show()
    else timer ??= setTimeout(show, due)
  }

  const timesOf = (id: string): number => timesTold.get(id) ?? 0

  async function take(id: string, request: () => Promise<Row>): Promise<void> {
    const before = timesOf(id)
    const here = workspace.state?.path
    const row = await request()
    if (here !== workspace.state?.path) return
    if (timesOf(id) === before) change(id, row)
    show()
  }

  function announce(id: string, before: Row | undefined, after: Row | null): void {
    for (const listener of [...listeners]) listener(id, before, after)
  }

  const stops = [client.on(source.changed, (event) => void hear(event)), onResync(() => void refresh(wasUsed()))]
  onScopeDispose(() => [...stops, clear].forEach((stop) => stop()))
  const wasUsed = (): boolean => loaded.value || loading.value || error.value !== null
  const refresh = (isUsed: boolean): void => void (isUsed && load())
  watch(
    () => workspace.state?.path ?? null,
    (path) => {
      const isUsed = wasUsed()
      clear()
      if (path !== null) refresh(isUsed)
    },
    { flush: 'sync' },
  )

  return {
    list,
    byId,
    loaded,
    loading,
    error,
    load,
    ensureLoaded,
    async find(id) {
      if (!byId.value.has(id)) await load()
      return byId.value.get(id) ?? null
    },
    lookedUp: (ids) => useLookedUp(ids, { has: (id) => byId.value.has(id), isLoaded: () => loaded.value, load }),
    put(row) {
      change(source.idOf(row), row)
      show()
    },
    drop(ids) {
      for (const id of ids) change(id, null)
      show()
    },
    take,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function applyTo<Row>(rows: Map<string, Row>, changes: Iterable<readonly [string, Row | null]>): void {
  for (const [id, row] of changes) {
    if (row === null) rows.delete(id)
    else rows.set(id, row)
  }
}
