import { computed, type ComputedRef, shallowRef, watch } from 'vue'

export interface LookedUp {
  /** Asked for by the address, and not there after the list was fetched anew. */
  readonly missing: ComputedRef<readonly string[]>
  /** The list is being fetched for what it lacks. */
  readonly isLooking: ComputedRef<boolean>
}

/** The ids that an address names, on a list that may be older than the link: what it lacks is looked up afresh, once for each
 *  address, before a screen says that it is not here. */
export function useLookedUp(
  ids: () => readonly string[],
  list: { readonly has: (id: string) => boolean; readonly isLoaded: () => boolean; readonly load: () => Promise<void> },
): LookedUp {
  const asked = computed(() => ids().join())
  const lookedUp = shallowRef<string | null>(null)
  const lacking = computed(() => (list.isLoaded() ? ids().filter((id) => !list.has(id)) : []))
  const isLooking = computed(() => lacking.value.length > 0 && lookedUp.value !== asked.value)
  watch(asked, () => (lookedUp.value = null), { flush: 'sync' })
  watch(
    [isLooking, asked],
    async ([now, mine]) => {
      if (!now) return
      await list.load()
      if (asked.value === mine) lookedUp.value = mine
    },
    { immediate: true },
  )
  return { missing: computed(() => (isLooking.value ? [] : lacking.value)), isLooking }
}
