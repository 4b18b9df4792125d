import { computed, type ComputedRef } from 'vue'
import { NOTHING, type Selection } from '../data/item-selection.ts'
import type { Items } from '../data/use-items.ts'

/** The grid's selection in points of the map: point i is item i + 1. */
export interface MapSelection {
  /** Items that the grid shows, by point: only those can be marked. */
  readonly within: ComputedRef<Uint8Array>
  readonly marked: ComputedRef<readonly number[]>
  readonly cursor: ComputedRef<number | null>
  /** Marks these alone, or with what is marked already; none: nothing, unless `add`. */
  mark(points: readonly number[], add: boolean): void
  /** Marks or unmarks one and leaves the others. */
  toggle(point: number): void
  /** The cursor goes there; nothing else changes. */
  goTo(point: number): void
  clear(): void
}

export function useMapSelection(items: Items, points: () => number): MapSelection {
  const { selection, order } = items
  const within = computed(() => {
    const mask = new Uint8Array(points())
    for (const id of order.value) if (id <= mask.length) mask[id - 1] = 1
    return mask
  })
  const indexOf = (point: number): number => order.value.indexOf(point + 1)

  function set(ids: ReadonlySet<number>, point: number | undefined): void {
    const at = point === undefined ? -1 : indexOf(point)
    selection.value = { ids, cursor: at, anchor: at } satisfies Selection
  }

  function mark(chosen: readonly number[], add: boolean): void {
    if (chosen.length === 0) return void (add || clear())
    set(
      new Set([...(add ? selection.value.ids : []), ...chosen.map((point) => point + 1)]),
      chosen.length === 1 || !add ? chosen[0] : chosen.at(-1),
    )
  }

  function toggle(point: number): void {
    const ids = new Set(selection.value.ids)
    if (!ids.delete(point + 1)) ids.add(point + 1)
    set(ids, point)
  }

  const clear = (): void => void (selection.value = { ...NOTHING, cursor: selection.value.cursor })

  return {
    within,
    marked: computed(() => [...selection.value.ids].map((id) => id - 1).filter((point) => point < points())),
    cursor: computed(() => {
      const id = order.value[selection.value.cursor]
      return id === undefined ? null : id - 1
    }),
    mark,
    toggle,
    goTo: (point) => set(selection.value.ids, point),
    clear,
  }
}
