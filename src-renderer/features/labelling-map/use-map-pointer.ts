import { onScopeDispose, type Ref, ref, shallowRef, type ShallowRef } from 'vue'
import { type MapSize, type MapViewport, panMap, zoomMap } from './map-viewport.ts'
import { type MapPlace, rectangle, thinned } from './points-inside.ts'

export type MapTool = 'move' | 'lasso' | 'rectangle'

export interface PointerActions {
  /** The pointer stands still or moves over the map; null: it has left. In pixels. */
  readonly hover: (at: MapPlace | null) => void
  /** A click that moved nothing. */
  readonly pick: (at: MapPlace, event: PointerEvent) => void
  /** A line was closed; in pixels. */
  readonly enclose: (line: readonly MapPlace[], event: PointerEvent) => void
}

/** Pixels that a hand may tremble. */
const STILL = 4

/** Mouse, pen and finger on the map: drags move it, or draw a lasso (with Shift) or a rectangle (with Alt), whatever the tool; the wheel zooms
 *  where the pointer is. */
export function useMapPointer(
  tool: () => MapTool,
  view: Ref<MapViewport>,
  size: () => MapSize,
  isSpaceHeld: () => boolean,
  actions: PointerActions,
): {
  /** What is drawn around now, in pixels. */
  line: ShallowRef<readonly MapPlace[]>
  moving: Ref<boolean>
  onPointerDown: (event: PointerEvent) => void
  onPointerMove: (event: PointerEvent) => void
  onPointerLeave: () => void
  onWheel: (event: WheelEvent) => void
} {
  const line = shallowRef<readonly MapPlace[]>([])
  const moving = ref(false)
  let end: (() => void) | null = null

  const placeOf = (event: MouseEvent): MapPlace => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }

  function toolOf(event: PointerEvent): MapTool {
    if (event.button === 1 || isSpaceHeld()) return 'move'
    return event.shiftKey ? 'lasso' : event.altKey ? 'rectangle' : tool()
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button > 1) return
    const target = event.currentTarget as HTMLElement
    const [from, used] = [placeOf(event), toolOf(event)]
    let last = from
    let isStill = true
    actions.hover(null)
    target.setPointerCapture(event.pointerId)
    const move = (next: PointerEvent): void => {
      const at = placeOf(next)
      isStill &&= Math.hypot(at.x - from.x, at.y - from.y) < STILL
      if (isStill) return
      moving.value = used === 'move'
      if (used === 'move') view.value = panMap(view.value, at.x - last.x, at.y - last.y)
      else if (used === 'rectangle') line.value = rectangle(from, at)
      else line.value = thinned(line.value.length === 0 ? [from] : line.value, at, 3)
      last = at
    }
    const up = (next: PointerEvent): void => {
      const drawn = line.value
      end?.()
      if (isStill) actions.pick(from, next)
      else if (used !== 'move') actions.enclose(drawn, next)
    }
    const cancel = (): void => end?.()
    end = () => {
      target.removeEventListener('pointermove', move)
      target.removeEventListener('pointerup', up)
      target.removeEventListener('pointercancel', cancel)
      line.value = []
      moving.value = false
      end = null
    }
    target.addEventListener('pointermove', move)
    target.addEventListener('pointerup', up)
    target.addEventListener('pointercancel', cancel)
  }

  onScopeDispose(() => end?.())
  return {
    line,
    moving,
    onPointerDown,
    onPointerMove: (event) => {
      if (end === null) actions.hover(placeOf(event))
    },
    onPointerLeave: () => actions.hover(null),
    onWheel: (event) => {
      const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : 1)
      view.value = zoomMap(view.value, size(), Math.exp(-pixels * 0.0015), placeOf(event))
    },
  }
}
