import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { PALETTE_SIZE } from './chart-series.ts'

export interface ChartTheme {
  readonly text: string
  readonly text2: string
  readonly line: string
  readonly panel: string
  readonly action: string
  readonly font: string
  readonly series: readonly string[]
}

/** Canvas cannot use custom properties, so their values are read once per theme. */
export function readChartTheme(element: Element = document.documentElement): ChartTheme {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    text: token('--text'),
    text2: token('--text-2'),
    line: token('--line'),
    panel: token('--panel'),
    action: token('--action'),
    font: token('--font-ui'),
    series: Array.from({ length: PALETTE_SIZE }, (_, index) => token(`--series-${index}`)),
  }
}

/** The current theme's values; changes when html[data-theme] or the system's scheme does. */
export function useChartTheme(): ShallowRef<ChartTheme> {
  const theme = shallowRef(readChartTheme())
  const refresh = () => {
    theme.value = readChartTheme()
  }
  const observer = new MutationObserver(refresh)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  const media = matchMedia('(prefers-color-scheme: dark)')
  media.addEventListener('change', refresh)
  onScopeDispose(() => {
    observer.disconnect()
    media.removeEventListener('change', refresh)
  })
  return theme
}
