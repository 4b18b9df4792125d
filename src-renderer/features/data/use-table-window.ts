import type { Dataset } from '@contract/datasets.ts'
import { useVirtualizer, type Virtualizer } from '@tanstack/vue-virtual'
import { computed, type ComputedRef, type Ref } from 'vue'

/** Of a row, in pixels, as of the row of headings. */
export const ROW = 32
/** Width of a feature's column. */
export const WIDTH = 104
/** Name, labels and split stay at the left. */
export const NAME = 110
export const LABEL = 120
export const SPLIT = 88

export interface TableWindow {
  readonly rows: Readonly<Ref<Virtualizer<HTMLElement, Element>>>
  readonly columns: Readonly<Ref<Virtualizer<HTMLElement, Element>>>
  /** Width of what stays at the left. */
  readonly fixed: ComputedRef<number>
}

/** The part of a table that is on screen: only its rows and columns are drawn. */
export function useTableWindow(
  dataset: () => Dataset,
  count: () => number,
  scroller: Readonly<Ref<HTMLElement | null>>,
): TableWindow {
  const fixed = computed(() => NAME + dataset().labelColumns.length * LABEL + SPLIT)
  const rows = useVirtualizer(
    computed(() => ({
      count: count(),
      getScrollElement: () => scroller.value,
      estimateSize: () => ROW,
      overscan: 10,
      scrollMargin: ROW,
    })),
  )
  const columns = useVirtualizer(
    computed(() => ({
      horizontal: true,
      count: dataset().featureColumns.length,
      getScrollElement: () => scroller.value,
      estimateSize: () => WIDTH,
      overscan: 4,
      paddingStart: fixed.value,
    })),
  )
  return { rows, columns, fixed }
}
