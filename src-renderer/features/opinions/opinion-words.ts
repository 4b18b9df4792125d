import type { Agreement, Opinion } from '@contract/opinions.ts'
import { formatPercent, plural } from '../../ui/format.ts'

type Kappa = NonNullable<Agreement['kappa']>

/** "0.82 (0.71 to 0.93)". */
export function kappaText(kappa: Kappa | null): string {
  if (kappa === null) return 'not defined'
  const [value, low, high] = [kappa.kappa, kappa.low, kappa.high].map(twoDigits)
  return `${value} (${low} to ${high})`
}

function twoDigits(value: number): string {
  // No minus before a zero.
  const text = value.toFixed(2)
  return text === '-0.00' ? '0.00' : text.replace('-', '−')
}

/** Landis and Koch 1977, "The measurement of observer agreement for categorical data": names of ranges, no more than a habit. */
export function kappaWords({ kappa }: Kappa): string {
  if (kappa < -0.005) return 'less than chance'
  if (kappa < 0.005) return 'no more than chance'
  const names = ['slight', 'fair', 'moderate', 'substantial', 'almost perfect']
  return names[Math.min(4, Math.max(0, Math.ceil(kappa / 0.2 - 1e-9) - 1))] ?? ''
}

/** "93.0 % (88.1 to 96.0 %)". */
export function shareText({ share, low, high }: NonNullable<Agreement['agreement']>): string {
  return `${formatPercent(share)} (${(low * 100).toFixed(1)} to ${formatPercent(high)})`
}

/** What is not as it was when the items were drawn. */
export function opinionNotes({
  answered,
  drawn,
  changedSince,
  lost,
  isColumnGone,
  column,
  finishedAt,
}: Opinion): string[] {
  const notes: string[] = []
  if (isColumnGone) notes.push(`The label column “${column}” is gone: nothing can be taken.`)
  else if (lost > 0)
    notes.push(`${plural(lost, 'item has', 'items have')} a label whose class is gone: left out of all figures.`)
  if (finishedAt !== null && answered < drawn)
    notes.push(
      `${plural(drawn - answered, 'drawn item has', 'drawn items have')} no second label: left out of all figures.`,
    )
  if (!isColumnGone && changedSince > 0) {
    notes.push(
      `${plural(changedSince, 'item has', 'items have')} another label now than at the draw. The figures compare with the labels of the draw.`,
    )
  }
  return notes
}
