import { useLocalStorage } from '@vueuse/core'
import type { Ref } from 'vue'

const MIN = 48
const MAX = 240

/** Side of a thumbnail in pixels, remembered in this window. */
export function useThumbSize(): { size: Ref<number>; MIN: number; MAX: number } {
  return { size: useLocalStorage('graft.data.thumb', 104), MIN, MAX }
}
