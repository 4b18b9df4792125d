import { usePreferredDark } from '@vueuse/core'
import { computed, type ComputedRef, watchEffect } from 'vue'
import { useSettings } from '../stores/settings.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type Theme = 'light' | 'dark'

const CACHE = 'graft.theme'

/** Before anything is drawn: the last theme of this window, so that it does not flash. */
export function applyEarlyTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches
  const cached = localStorage.getItem(CACHE)
  document.documentElement.dataset['theme'] = cached === 'light' || cached === 'dark' ? cached : dark ? 'dark' : 'light'
}

/** Keeps `html[data-theme]` true to the setting and the system. Call once, in the app. */
export function useThemeSync(): void {
  const { theme } = useTheme()
  const settings = useSettings()
  watchEffect(() => {
    if (!settings.loaded) return
    document.documentElement.dataset['theme'] = theme.value
    localStorage.setItem(CACHE, theme.value)
  })
}

/** The chosen and the shown theme; charts watch `theme` to redraw. */
export function useTheme(): {
  choice: ComputedRef<ThemeChoice>
  theme: ComputedRef<Theme>
  set: (choice: ThemeChoice) => void
} {
  const settings = useSettings()
  const dark = usePreferredDark()
  const choice = computed(() => settings.get<ThemeChoice>('theme', 'system'))
  const theme = computed<Theme>(() => (choice.value === 'system' ? (dark.value ? 'dark' : 'light') : choice.value))
  return { choice, theme, set: (next) => void settings.set('theme', next === 'system' ? null : next) }
}
