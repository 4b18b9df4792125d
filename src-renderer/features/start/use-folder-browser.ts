import type { GraftError } from '@contract/errors.ts'
import type { FolderListing } from '@contract/workspace.ts'
import { computed, type ComputedRef, nextTick, ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { pickRequest } from '../../app/picker.ts'
import { isImageName } from './paths.ts'

type Entry = FolderListing['entries'][number]

export interface FolderBrowsing {
  readonly listing: ShallowRef<FolderListing | null>
  readonly error: ShallowRef<GraftError | null>
  /** What stands in the path field, and whether the cursor is in it: then nobody else writes there. */
  readonly typed: Ref<string>
  readonly isTyping: Ref<boolean>
  /** What of the folder can be taken or opened. */
  readonly entries: ComputedRef<readonly Entry[]>
  /** How many entries of the folder cannot. */
  readonly hidden: ComputedRef<number>
  /** Path of the marked row, and its place. */
  readonly chosen: Ref<string | null>
  readonly at: Ref<number>
  /** A typed path that is not the folder shown; the host says what is wrong with it. */
  readonly other: ComputedRef<string | null>
  /** What the button takes: the marked row, else what was typed, else the folder that is shown. */
  readonly answer: ComputedRef<string | null>
  /** Shows a folder; none: the host's own first one. */
  go(path: string | undefined): Promise<void>
  select(index: number): void
  /** Opens a folder, or takes a file. */
  activate(entry: Entry): void
  take(path: string | null): void
  /** A key that was pressed on the rows. */
  move(event: KeyboardEvent): void
}

/** What the file picker shows and takes, for `pickRequest`; `rows` is the element that scrolls. */
export function useFolderBrowser(rows: Readonly<Ref<HTMLElement | null>>): FolderBrowsing {
  const listing = shallowRef<FolderListing | null>(null)
  const error = shallowRef<GraftError | null>(null)
  const typed = ref('')
  const isTyping = ref(false)
  const chosen = ref<string | null>(null)
  const at = ref(0)
  /** Where the last pick ended, for the next one in this window. */
  let last: string | undefined
  /** Folders asked for so far: only the last answer is shown. */
  let asked = 0

  const kinds = computed(() => pickRequest.value?.kinds ?? [])
  const takesFolders = computed(() => kinds.value.includes('folder'))
  const takesFiles = computed(() => kinds.value.includes('file') || kinds.value.includes('image'))
  const onlyImages = computed(() => kinds.value.includes('image') && !kinds.value.includes('file'))
  const entries = computed(() =>
    (listing.value?.entries ?? []).filter(
      (entry) => entry.kind === 'folder' || (takesFiles.value && (!onlyImages.value || isImageName(entry.name))),
    ),
  )
  const hidden = computed(() => (listing.value?.entries.length ?? 0) - entries.value.length)
  const other = computed(() => {
    const path = typed.value.trim()
    return path === '' || path === listing.value?.path ? null : path
  })
  const answer = computed(() => {
    if (chosen.value !== null) {
      const entry = entries.value.find((one) => one.path === chosen.value)
      if (entry?.kind === 'file' || (entry?.kind === 'folder' && takesFolders.value)) return chosen.value
    }
    return other.value ?? (takesFolders.value ? (listing.value?.path ?? null) : null)
  })

  watch(pickRequest, (request) => {
    // What was marked the last time is nothing that is chosen now.
    chosen.value = null
    isTyping.value = false
    if (request === null) return
    typed.value = last ?? ''
    void go(last)
  })
  // Who types a path wants it, even if the button is pressed before the host has shown it.
  watch(typed, () => {
    if (other.value !== null && other.value !== chosen.value) chosen.value = null
  })

  async function go(path: string | undefined): Promise<void> {
    const ask = ++asked
    const before = typed.value
    try {
      const found = await client.call('workspace.browse', path === undefined ? {} : { path })
      if (ask !== asked) return
      listing.value = found
      // What was typed meanwhile stays; a text that changes under the cursor is joined with what comes next.
      if (typed.value === before && (!isTyping.value || path === before)) typed.value = found.path
      last = found.path
      error.value = null
      chosen.value = null
      at.value = 0
      await nextTick()
      rows.value?.scrollTo({ top: 0 })
    } catch (caught) {
      if (ask !== asked) return
      if (path !== undefined && (await markFile(path))) return
      error.value = toGraftError(caught)
      // The remembered folder may be gone.
      if (path !== undefined && listing.value === null) await go(undefined)
    }
  }

  /** A typed path may be a file: its folder is shown and the file marked. */
  async function markFile(path: string): Promise<boolean> {
    // The root of a Windows drive keeps its separator: "C:" alone is wherever that drive stands.
    const folder = path.replace(/[/\\][^/\\]*$/, '').replace(/^[A-Za-z]:$/, '$&\\')
    if (!takesFiles.value || folder === '' || folder === path) return false
    try {
      const found = await client.call('workspace.browse', { path: folder })
      if (!found.entries.some((entry) => entry.path === path)) return false
      listing.value = found
      last = found.path
      error.value = null
      select(entries.value.findIndex((entry) => entry.path === path))
      return chosen.value !== null
    } catch {
      return false
    }
  }

  function move(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      select(Math.max(0, Math.min(entries.value.length - 1, (chosen.value === null ? -1 : at.value) + step)))
    } else if (event.key === 'Enter') openMarked(event)
    else if (event.key === 'Backspace' || (event.key === 'ArrowLeft' && listing.value?.parent)) {
      event.preventDefault()
      void go(listing.value?.parent ?? undefined)
    } else if (event.key === 'ArrowRight') openMarked(event)
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ') jump(event.key)
  }

  /** Enter opens a folder, or takes a file. */
  function openMarked(event: Event): void {
    const entry = entries.value[at.value]
    if (chosen.value === null || entry === undefined) return
    event.preventDefault()
    activate(entry)
  }

  function activate(entry: Entry): void {
    if (entry.kind === 'folder') void go(entry.path)
    else take(entry.path)
  }

  function jump(letter: string): void {
    const from = chosen.value === null ? -1 : at.value
    const order = [...entries.value.keys()].map((index) => (from + 1 + index) % entries.value.length)
    const hit = order.find((index) => entries.value[index]?.name.toLowerCase().startsWith(letter.toLowerCase()))
    if (hit !== undefined) select(hit)
  }

  function select(index: number): void {
    at.value = index
    chosen.value = entries.value[index]?.path ?? null
    void nextTick(() => rows.value?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' }))
  }

  function take(path: string | null): void {
    if (path !== null) pickRequest.value?.answer({ source: path, label: path })
  }

  return {
    listing,
    error,
    typed,
    isTyping,
    entries,
    hidden,
    chosen,
    at,
    other,
    answer,
    go,
    select,
    activate,
    take,
    move,
  }
}
