import { ref, shallowRef, type Ref } from 'vue'
import { useBenchStore } from './bench-store.ts'
import type { LayerRow } from './layer-tree.ts'
import type { NewLayerInput } from './new-layer-text.ts'

export interface NewLayerForm {
  readonly isOpen: Ref<boolean>
  /** Layer whose place the new one takes; null: it goes after the cut. */
  readonly replaces: Ref<string | null>
  readonly given: Ref<NewLayerInput | null>
  add(): void
  change(index: number): void
  replace(layer: string): void
  done(layer: NewLayerInput): void
}

/** The form of a new layer: adding, changing, or replacing one in the middle. */
export function useNewLayer(): NewLayerForm {
  const store = useBenchStore()
  const isOpen = ref(false)
  const replaces = ref<string | null>(null)
  const given = shallowRef<NewLayerInput | null>(null)
  let index = -1

  function show(start: { replaces?: string; index?: number }): void {
    replaces.value = start.replaces ?? null
    index = start.index ?? -1
    given.value = store.spec.newLayers?.[index] ?? null
    isOpen.value = true
  }

  function done(layer: NewLayerInput): void {
    const { newLayers = [], replace = [] } = store.spec
    if (replaces.value !== null) {
      const others = replace.filter((one) => one.layer !== replaces.value)
      store.edit({ ...store.spec, replace: [...others, { layer: replaces.value, with: layer }] })
    } else if (index >= 0) {
      store.edit({ ...store.spec, newLayers: newLayers.map((one, at) => (at === index ? layer : one)) })
    } else store.edit({ ...store.spec, newLayers: [...newLayers, layer] })
  }

  return {
    isOpen,
    replaces,
    given,
    add: () => show({}),
    change: (at) => show({ index: at }),
    replace(layer) {
      show({ replaces: layer })
      given.value = sameSize(store.tree?.byName.get(layer))
    },
    done,
  }
}

/** A new layer that gives the same shape as the old one, so that nothing after it has to start fresh. */
function sameSize(old: LayerRow | undefined): NewLayerInput | null {
  const channels = old?.outputShape.at(-1)
  if (!old || channels === undefined) return null
  if (old.outputShape.length < 3) return { type: 'dense', units: channels }
  const numbers = (key: string): number | undefined =>
    [old.config[key]].flat().find((value) => typeof value === 'number')
  return {
    type: 'convolution',
    filters: channels,
    kernelSize: numbers('kernel_size') ?? 3,
    stride: numbers('strides') ?? 1,
  }
}
