import { percent } from '../../../base/percent.ts'
import { isShare } from '../../../contract/metric-facts.ts'

/** A value of a metric as the card writes it: shares in percent, others with four digits. */
export function figureOf(metric: string): (value: number) => string {
  return (value) => (isShare(metric) ? percent(value) : numberText(value))
}

export function numberText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'not a number'
}
