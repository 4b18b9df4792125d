import { useEventListener } from '@vueuse/core'
import { type Ref, ref } from 'vue'

const SETTLE_MS = 120
/** Screens per second above which nobody reads single pictures. */
const FAST = 6

/** True while an element scrolls so fast that fetching what flies past would only delay what is seen at the end. */
export function useFastScroll(element: Readonly<Ref<HTMLElement | null>>): Ref<boolean> {
  const fast = ref(false)
  let top = 0
  let at = 0
  let timer = 0
  useEventListener(
    element,
    'scroll',
    (event: Event) => {
      const target = event.currentTarget as HTMLElement
      const screens = Math.abs(target.scrollTop - top) / Math.max(1, target.clientHeight)
      const seconds = Math.max(1, event.timeStamp - at) / 1000
      // After a pause one event says nothing about speed: a jump by key or scroll bar is shown at once.
      if (seconds < 0.2) fast.value = screens / seconds > FAST
      top = target.scrollTop
      at = event.timeStamp
      window.clearTimeout(timer)
      timer = window.setTimeout(() => (fast.value = false), SETTLE_MS)
    },
    { passive: true },
  )
  return fast
}
