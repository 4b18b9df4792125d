import { computed, type ComputedRef, ref, type Ref } from 'vue'
import type { Items } from '../data/use-items.ts'
import type { MapColouring } from './map-colouring.ts'
import { FAINT, HIDDEN, SHOWN } from './point-shaders.ts'
import type { MapSelection } from './use-map-selection.ts'

/** Which points are drawn: not those of groups that the legend puts away, and faintly those that the grid leaves out. */
export function useShownPoints(
  colouring: ComputedRef<MapColouring>,
  selection: MapSelection,
  items: Items,
  count: ComputedRef<number>,
): {
  /** Keys of groups that were put away. */
  hidden: Ref<ReadonlySet<string>>
  /** HIDDEN, SHOWN or FAINT of each point. */
  states: ComputedRef<Uint8Array>
  /** Items that can be marked, in the grid's order. */
  ids: ComputedRef<readonly number[]>
  /** Points that are faint. */
  outside: ComputedRef<number>
  toggle: (key: string) => void
  only: (key: string) => void
} {
  const hidden = ref<ReadonlySet<string>>(new Set())
  const states = computed(() => {
    const { groups, codes } = colouring.value
    const isHidden = groups.map(({ key }) => hidden.value.has(key))
    const within = selection.within.value
    return Uint8Array.from(within, (inGrid, point) => {
      if (isHidden[codes[point] ?? -1] === true) return HIDDEN
      return inGrid === 1 ? SHOWN : FAINT
    })
  })

  function toggle(key: string): void {
    const next = new Set(hidden.value)
    if (!next.delete(key)) next.add(key)
    hidden.value = next
  }

  function only(key: string): void {
    hidden.value = new Set(colouring.value.groups.map((group) => group.key).filter((one) => one !== key))
  }

  return {
    hidden,
    states,
    ids: computed(() => items.order.value.filter((id) => states.value[id - 1] === SHOWN)),
    outside: computed(() => (items.loading.value ? 0 : count.value - items.order.value.length)),
    toggle,
    only,
  }
}
