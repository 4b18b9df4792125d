import { onScopeDispose, watch } from 'vue'
import { useFailures } from './failures-store.ts'

/** For what shows a failure itself: while `id` answers one, the bar at the top of every screen leaves it out. */
export function useSaidInPlace(id: () => string | null): void {
  const failures = useFailures()
  let release: (() => void) | null = null
  const stop = (): void => {
    release?.()
    release = null
  }
  watch(
    id,
    (now) => {
      stop()
      if (now !== null) release = failures.sayInPlace(now)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
}
