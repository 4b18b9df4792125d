import { onScopeDispose, type Ref, ref, watch } from 'vue'

let open = 0

/** Whether any dialog stands above the screens. */
export function isDialogOpen(): boolean {
  return open > 0
}

/** A later dialog stands above an earlier one, wherever it is in the page. */
export function useDialogLevel(isOpen: () => boolean): { level: Ref<number> } {
  const level = ref(40)
  let counted = false
  watch(
    isOpen,
    (now) => {
      if (now === counted) return
      counted = now
      if (now) level.value = 40 + 2 * open++
      else open--
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    if (counted) open--
  })
  return { level }
}
