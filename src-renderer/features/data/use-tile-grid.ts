import { useVirtualizer } from '@tanstack/vue-virtual'
import { useElementSize } from '@vueuse/core'
import { computed, type Ref, watch } from 'vue'

/** Rows beyond the screen that are drawn. */
export const OVERSCAN = 2

export interface TileLayout {
  /** Of a picture, at least; the columns share the width without a rest, unless `isFixed`. */
  readonly side: () => number
  /** Height of what stands below a picture. */
  readonly caption: number
  readonly gap: number
  readonly pad: number
  /** Narrower than this the list is not laid out yet. */
  readonly leastWidth?: number
  readonly isFixed?: boolean
}

/** Tiles of one size in rows, of which only those near the screen are drawn. */
export function useTileGrid(
  scroller: Readonly<Ref<HTMLElement | null>>,
  count: () => number,
  { side: wanted, caption, gap, pad, leastWidth = 0, isFixed = false }: TileLayout,
) {
  const { width, height } = useElementSize(scroller)
  const columns = computed(() => Math.max(1, Math.floor((width.value - 2 * pad + gap) / (wanted() + gap))))
  const side = computed(() =>
    isFixed ? wanted() : Math.floor((Math.max(width.value, leastWidth) - 2 * pad + gap) / columns.value) - gap,
  )
  const rowHeight = computed(() => side.value + caption + gap)
  const rows = useVirtualizer(
    computed(() => ({
      count: Math.ceil(count() / columns.value),
      getScrollElement: () => scroller.value,
      estimateSize: () => rowHeight.value,
      overscan: OVERSCAN,
      paddingStart: pad,
      paddingEnd: pad,
      scrollPaddingStart: pad,
      scrollPaddingEnd: pad,
    })),
  )
  watch([rowHeight, columns], () => rows.value.measure())
  /** What is drawn now: index and place. */
  const tiles = computed(() =>
    rows.value.getVirtualItems().flatMap((row) =>
      Array.from({ length: columns.value }, (_, at) => row.index * columns.value + at)
        .filter((index) => index < count())
        .map((index) => ({ index, x: pad + (index % columns.value) * (side.value + gap), y: row.start })),
    ),
  )
  function reveal(index: number): void {
    rows.value.scrollToIndex(Math.floor(index / columns.value), { align: 'auto' })
  }
  return { height, columns, side, rowHeight, tiles, totalHeight: computed(() => rows.value.getTotalSize()), reveal }
}
