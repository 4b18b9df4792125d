import { usePreferredReducedMotion } from '@vueuse/core'
import { onBeforeUnmount, onMounted, ref, type Ref, type ShallowRef, watch } from 'vue'
import { useChartTheme } from '../../ui/charts/chart-theme.ts'
import { drawPoints, type PointDrawing } from './draw-points.ts'
import type { MapColouring } from './map-colouring.ts'
import { type MapSize, type MapViewport, pointRadius } from './map-viewport.ts'
import { looksOf, rgbaOf } from './map-theme.ts'

/** What is drawn; every part may change. */
export interface Drawn {
  readonly places: () => Float32Array
  readonly colouring: () => MapColouring
  readonly states: () => Uint8Array
  /** Points that are marked. */
  readonly marked: () => readonly number[]
  readonly view: Ref<MapViewport>
  readonly size: () => MapSize
}

/** Points move to new places for so long. */
const MOVE_MS = 150

/** Draws on the canvas whenever something has changed, at most once a frame. `isLost`: there is no WebGL here. */
export function useMapDrawing(canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>, drawn: Drawn) {
  const theme = useChartTheme()
  const motion = usePreferredReducedMotion()
  const isLost = ref(false)
  let drawing: PointDrawing | null = null
  let origins = drawn.places()
  let movedAt = -Infinity
  let frame = 0

  function draw(now: number): void {
    frame = 0
    const size = drawn.size()
    if (drawing === null || size.width === 0) return
    const progress = Math.min(1, (now - movedAt) / MOVE_MS)
    drawing.draw({
      view: drawn.view.value,
      size,
      ratio: window.devicePixelRatio,
      radius: pointRadius(drawn.places().length / 2, drawn.view.value, size),
      progress: Math.max(0, progress),
      ...looksOf(drawn.colouring().groups, theme.value),
      ring: rgbaOf(theme.value.text),
      ground: rgbaOf(theme.value.panel),
    })
    if (progress < 1) request()
  }

  function request(): void {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  function setAll(): void {
    drawing?.setPlaces(origins, drawn.places())
    setLook()
    drawing?.setMarked(drawn.marked())
    request()
  }

  function setLook(): void {
    const points = drawn.places().length / 2
    const { codes } = drawn.colouring()
    const states = drawn.states()
    // Colours of another number of points are on their way.
    if (codes.length === points && states.length === points) drawing?.setLook(codes, states)
    else drawing?.setLook(new Uint8Array(points), new Uint8Array(points).fill(1))
    request()
  }

  function begin(): void {
    drawing = canvas.value === null ? null : drawPoints(canvas.value)
    isLost.value = drawing === null
    setAll()
  }

  const onLost = (event: Event): void => {
    event.preventDefault()
    drawing = null
    isLost.value = true
  }
  onMounted(() => {
    canvas.value?.addEventListener('webglcontextlost', onLost)
    canvas.value?.addEventListener('webglcontextrestored', begin)
    begin()
  })
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame)
    canvas.value?.removeEventListener('webglcontextlost', onLost)
    canvas.value?.removeEventListener('webglcontextrestored', begin)
    drawing?.dispose()
    drawing = null
  })
  watch(drawn.places, (now, before) => {
    origins = before.length === now.length ? before : now
    movedAt = motion.value === 'reduce' || origins === now ? -Infinity : performance.now()
    setAll()
  })
  watch([drawn.colouring, drawn.states], setLook)
  watch(drawn.marked, (marked) => {
    drawing?.setMarked(marked)
    request()
  })
  watch([drawn.view, drawn.size, theme], request)
  return { isLost }
}
