import { computed, inject, type InjectionKey, provide, ref, type Ref, shallowRef, watch } from 'vue'
import type { LayerState } from '@contract/network.ts'
import { useBenchStore } from './bench-store.ts'
import { useSettings } from '../../stores/settings.ts'
import type { Direction } from './graph-layout.ts'
import { layerGestures, type LayerGestures } from './layer-gestures.ts'

/** What is looked at on the bench: focus, opened blocks, highlights. Nothing here is part of the spec. */
export interface BenchView extends LayerGestures {
  readonly mode: Ref<'graph' | 'list'>
  readonly direction: Ref<Direction>
  /** Block or layer that keys act on and the inspector shows. */
  readonly focus: Ref<string | null>
  readonly open: Ref<ReadonlySet<string>>
  /** Layers that the pattern matches; null: no pattern. */
  readonly matched: Ref<ReadonlySet<string> | null>
  /** Read out to screen readers and shown under the canvas. */
  readonly notice: Ref<string>
  /** Counts up when the focus should scroll into view. */
  readonly reveal: Ref<number>
  setOpen(block: string, open: boolean): void
  setAllOpen(open: boolean): void
  focusOn(id: string): void
}

const NOTICE_MS = 7000
const KEY: InjectionKey<BenchView> = Symbol('bench view')

export function provideBenchView(): BenchView {
  const store = useBenchStore()
  const focus = ref<string | null>(null)
  const open = shallowRef<ReadonlySet<string>>(new Set())
  const notice = ref('')
  const reveal = ref(0)
  const tree = computed(() => store.tree)

  function setOpen(block: string, isOpen: boolean): void {
    const next = new Set(open.value)
    if (isOpen) {
      next.add(block)
      if (focus.value === block) reveal.value++
    } else {
      next.delete(block)
      // A closed block keeps the focus that one of its layers had.
      if (focus.value !== null && tree.value?.byName.get(focus.value)?.block === block) focus.value = block
    }
    open.value = next
  }

  function focusOn(id: string): void {
    const layer = tree.value?.byName.get(id)
    if (layer && !layer.isOutput && id !== layer.block) setOpen(layer.block, true)
    focus.value = id
    reveal.value++
  }

  let quiet: ReturnType<typeof setTimeout> | undefined
  watch(notice, (text) => {
    clearTimeout(quiet)
    if (text !== '') quiet = setTimeout(() => (notice.value = ''), NOTICE_MS)
  })

  // Another network has other names.
  watch(tree, (next) => {
    if (focus.value !== null && next && !next.byName.has(focus.value) && !next.blockByName.has(focus.value))
      focus.value = null
  })

  const view: BenchView = {
    mode: remembered<'graph' | 'list'>('bench.mode', 'graph'),
    direction: remembered<Direction>('bench.direction', 'rows'),
    focus,
    open,
    matched: shallowRef<ReadonlySet<string> | null>(null),
    notice,
    reveal,
    setOpen,
    setAllOpen: (isOpen) => {
      open.value = new Set(isOpen ? (tree.value?.blocks ?? []).map((block) => block.name) : [])
    },
    focusOn,
    ...layerGestures(store, { focus, notice }),
  }
  provide(KEY, view)
  return view
}

function remembered<T extends string>(key: string, fallback: T): Ref<T> {
  const settings = useSettings()
  return computed({ get: () => settings.get<T>(key, fallback), set: (value) => void settings.set(key, value) })
}

export function useBenchView(): BenchView {
  const view = inject(KEY)
  if (!view) throw new Error('useBenchView outside of the bench')
  return view
}

export const STATE_LABELS: Record<LayerState | 'mixed' | 'none', string> = {
  frozen: 'frozen',
  trained: 'trained',
  fresh: 'fresh',
  mixed: 'partly frozen',
  none: 'no weights',
}
