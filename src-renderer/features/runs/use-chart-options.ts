import { computed, type ComputedRef, type WritableComputedRef } from 'vue'
import { useSettings } from '../../stores/settings.ts'
import { formatDuration, formatInteger, formatNumber } from '../../ui/format.ts'
import { X_AXIS_TITLE, type XAxis } from './run-chart-series.ts'

/** How curves are drawn, remembered per place (`runs`, `compare`). */
export function useChartOptions(place: string): {
  axis: WritableComputedRef<XAxis>
  smoothing: WritableComputedRef<number>
  logY: WritableComputedRef<boolean>
  xTitle: ComputedRef<string>
  formatX: ComputedRef<(value: number) => string>
} {
  const settings = useSettings()
  const setting = <T>(name: string, fallback: T): WritableComputedRef<T> =>
    computed({
      get: () => settings.get<T>(`${place}.${name}`, fallback),
      set: (value) => void settings.set(`${place}.${name}`, value),
    })
  const axis = setting<XAxis>('xAxis', 'epoch')
  return {
    axis,
    smoothing: setting('smoothing', 0),
    logY: setting('logY', false),
    xTitle: computed(() => X_AXIS_TITLE[axis.value]),
    formatX: computed(() => FORMAT[axis.value]),
  }
}

const FORMAT: Readonly<Record<XAxis, (value: number) => string>> = {
  step: formatInteger,
  epoch: (value) => formatNumber(value, 3),
  time: formatDuration,
}
