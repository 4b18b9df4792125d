import { ref, shallowRef, type Ref } from 'vue'
import { useBenchStore } from '../../stores/bench.ts'
import type { NewLayerInput } from './new-layer-text.ts'

export interface NewLayerForm {
  readonly isOpen: Ref<boolean>
  /** Layer whose place the new one takes; null: it goes after the cut. */
  readonly replaces: Ref<string | null>
  readonly given: Ref<NewLayerInput | null>
  readonly startWith: Ref<'dense' | 'convolution'>
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
  const startWith = ref<'dense' | 'convolution'>('dense')
  let index = -1

  function show(start: { replaces?: string; index?: number; type?: 'dense' | 'convolution' }): void {
    replaces.value = start.replaces ?? null
    index = start.index ?? -1
    given.value = store.spec.newLayers?.[index] ?? null
    startWith.value = start.type ?? 'dense'
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
    startWith,
    add: () => show({}),
    change: (at) => show({ index: at }),
    replace(layer) {
      const isSpatial = (store.tree?.byName.get(layer)?.outputShape.length ?? 1) === 3
      show({ replaces: layer, type: isSpatial ? 'convolution' : 'dense' })
    },
    done,
  }
}
