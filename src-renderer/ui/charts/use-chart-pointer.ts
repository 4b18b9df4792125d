import { computed, type ComputedRef, ref, type Ref, shallowRef } from 'vue'
import { type GraftLineChart, type Zoom, zoomOfBox } from './line-chart.ts'

interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

type Place = readonly [number, number]

export interface ChartPointer {
  /** The value of x under the crosshair; null without one. */
  readonly cursor: Ref<number | null>
  readonly cursorPx: Ref<number>
  /** Where the curves are drawn, in pixels of the canvas. */
  readonly area: Ref<Area>
  /** The zoom box being drawn, as a style. */
  readonly box: ComputedRef<Record<string, string> | null>
  readonly leave: () => void
  readonly handlers: Record<'pointerdown' | 'pointermove' | 'pointerup', (event: PointerEvent) => void> &
    Record<'pointerleave' | 'pointercancel' | 'blur' | 'dblclick', () => void> & {
      keydown: (event: KeyboardEvent) => void
    }
}

const SMALL_PX = 8

/** Crosshair and zoom box over a chart. Both are elements above the canvas: moving them redraws no curve. */
export function useChartPointer(chart: () => GraftLineChart | null, onZoom: (zoom: Zoom | null) => void): ChartPointer {
  const cursor = ref<number | null>(null)
  const cursorPx = ref(0)
  const area = shallowRef<Area>({ left: 0, top: 0, width: 0, height: 0 })
  const drag = shallowRef<{ from: Place; to: Place } | null>(null)
  const box = computed(() => (drag.value === null ? null : boxStyle(drag.value.from, drag.value.to)))

  const leave = (): void => void (cursor.value = null)

  function moveTo(px: number): void {
    const drawn = chart()
    if (drawn === null) return leave()
    const { left, top, width, height } = drawn.chartArea
    if (px < left - 4 || px > left + width + 4) return leave()
    area.value = { left, top, width, height }
    cursorPx.value = Math.max(left, Math.min(left + width, px))
    cursor.value = drawn.scales['x']?.getValueForPixel(cursorPx.value) ?? null
  }

  function pointerdown(event: PointerEvent): void {
    if (event.button !== 0) return
    const surface = event.currentTarget as HTMLElement
    surface.setPointerCapture(event.pointerId)
    drag.value = { from: placeOf(event), to: placeOf(event) }
  }

  function pointermove(event: PointerEvent): void {
    if (drag.value) drag.value = { from: drag.value.from, to: placeOf(event) }
    else moveTo(placeOf(event)[0])
  }

  function pointerup(): void {
    const [drawn, ended] = [chart(), drag.value]
    drag.value = null
    const zoom = drawn && ended ? zoomOfBox(drawn, ended.from, ended.to) : null
    if (zoom === null) return
    leave()
    onZoom(zoom)
  }

  function keydown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (event.key === 'Escape' && cursor.value !== null) leave()
    else if (event.key === 'Home') onZoom(null)
    else if (step !== 0) {
      const { left, width } = chart()?.chartArea ?? area.value
      const from = cursor.value === null ? left + width / 2 : cursorPx.value
      moveTo(Math.max(left, Math.min(left + width, from + step * (event.shiftKey ? 40 : SMALL_PX))))
    } else return
    event.preventDefault()
  }

  const pointercancel = (): void => void (drag.value = null)
  const dblclick = (): void => onZoom(null)
  const handlers = {
    pointerdown,
    pointermove,
    pointerup,
    pointercancel,
    pointerleave: leave,
    blur: leave,
    dblclick,
    keydown,
  }
  return { cursor, cursorPx, area, box, leave, handlers }
}

function placeOf(event: PointerEvent): Place {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return [event.clientX - left, event.clientY - top]
}

function boxStyle(from: Place, to: Place): Record<string, string> | null {
  const [width, height] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])]
  if (width < SMALL_PX && height < SMALL_PX) return null
  const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])]
  return { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }
}
