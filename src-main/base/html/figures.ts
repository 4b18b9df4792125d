import { isShare } from '../../contract/metric-facts.ts'
import { percent } from '../percent.ts'

/** A value of a metric as a page writes it: shares in percent, others with four digits. */
export function figureOf(metric: string): (value: number) => string {
  return (value) => (isShare(metric) ? percent(value) : numberText(value))
}

export function numberText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'not a number'
}

/** "3.4 s", "12 min 5 s". */
export function secondsText(seconds: number): string {
  if (seconds < 60) return `${numberText(Number(seconds.toFixed(1)))} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
