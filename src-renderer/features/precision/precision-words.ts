import type { Calibration, FeatureAgreement, MeasuredPrecision, PrecisionReport } from '@contract/precision.ts'
import type { PrefixPrecision } from '@contract/prefix-precision.ts'
import type { SystemInfo } from '@contract/workspace.ts'
import { formatInteger, formatNumber, formatPercent, formatTime, plural } from '../../ui/format.ts'

export const PRECISIONS: readonly PrefixPrecision[] = ['float32', 'bfloat16', 'int8']

/** What a precision is, for as long as nothing is measured. */
export const PRECISION_HELP: Readonly<Record<PrefixPrecision, string>> = {
  float32: 'Full precision.',
  bfloat16: 'Faster, with slightly rounded features.',
  int8: 'Whole numbers of 8 bits: the fastest, and the least exact.',
}

/** Why this computer cannot compute in it, before anything is measured; null: it can, as far as is known. */
export function cpuRefusal(
  precision: PrefixPrecision,
  info: Pick<SystemInfo, 'hasBfloat16' | 'int8Refusal'> | null,
): string | null {
  if (info === null) return null
  if (precision === 'bfloat16' && !info.hasBfloat16) return 'this computer’s CPU does not compute in bfloat16'
  return precision === 'int8' ? info.int8Refusal : null
}

/** "1,197 images/s". */
export function rateWords(itemsPerSecond: number, unit: string): string {
  return `${itemsPerSecond >= 1000 ? formatInteger(itemsPerSecond) : formatNumber(itemsPerSecond, 3)} ${unit}/s`
}

/** Speed and agreement of one precision, as short facts: "612 images/s", "3.5 × float32", "98.9 % same answers" … */
export function precisionFacts(report: PrecisionReport, precision: PrefixPrecision, unit: string): string[] {
  const measured = measuredOf(report, precision)
  if (measured?.itemsPerSecond === null || measured?.itemsPerSecond === undefined) return []
  const base = measuredOf(report, 'float32')?.itemsPerSecond ?? null
  const times =
    precision === 'float32' || base === null ? [] : [`${formatNumber(measured.itemsPerSecond / base, 2)} × float32`]
  return [rateWords(measured.itemsPerSecond, unit), ...times, ...agreementFacts(report, measured)]
}

function agreementFacts(report: PrecisionReport, { precision, agreement }: MeasuredPrecision): string[] {
  if (precision === 'float32') {
    const accuracy = float32Accuracy(report)
    return accuracy === null ? [] : [`accuracy ${formatPercent(accuracy)}`]
  }
  if (agreement === null) return []
  const { top1, accuracy, cosine } = agreement
  if (top1 === null) return [`cosine ${cosineWords(cosine.mean)}`]
  const same = `${formatPercent(top1)} same answers`
  return accuracy === null ? [same] : [same, `accuracy ${formatPercent(accuracy.here)}`]
}

/** Of the head on float32's features, which every other format is compared with; null: nothing was classified. */
export function float32Accuracy({ options }: PrecisionReport): number | null {
  return options.find(({ agreement }) => agreement?.accuracy)?.agreement?.accuracy?.float32 ?? null
}

export function measuredOf(report: PrecisionReport | null, precision: PrefixPrecision): MeasuredPrecision | null {
  return report?.options.find((one) => one.precision === precision) ?? null
}

/** Four digits behind the point, but never 1 for what is less. */
export function cosineWords(cosine: number): string {
  const rounded = cosine.toFixed(4)
  return rounded === '1.0000' && cosine < 1 ? '> 0.9999' : rounded
}

/** "−1.3 points"; "0 points" where nothing is left of the difference. */
export function pointsWords({ float32, here }: NonNullable<FeatureAgreement['accuracy']>): string {
  const points = (100 * (here - float32)).toFixed(1)
  if (Number(points) === 0) return '0 points'
  return `${points.startsWith('-') ? '−' : '+'}${points.replace('-', '')} points`
}

/** Accuracy falls by more than a plan lets pass, in words; null: it does not, or none was measured. */
export function fallWords(agreement: FeatureAgreement | null, bound: number): string | null {
  const accuracy = agreement?.accuracy ?? null
  // Shares of small sets are no exact binary numbers: 0.930 - 0.925 is a little more than 0.005.
  if (accuracy === null || accuracy.float32 - accuracy.here <= bound + 1e-9) return null
  const fall = (100 * (accuracy.float32 - accuracy.here)).toFixed(1)
  return `Accuracy falls by ${fall} points: more than ${formatNumber(100 * bound)}.`
}

/** "Ranges of int8: 99.99th percentile, from 512 training images." */
export function calibrationWords({ method, images }: Pick<Calibration, 'method' | 'images'>): string {
  return `Ranges of int8: ${method}, from ${plural(images, 'training item')}.`
}

/** "300 validation items": what the formats were compared on. */
export function comparedWords({ items, split }: Pick<FeatureAgreement, 'items' | 'split'>): string {
  return plural(items, split === 'train' ? 'training item' : 'validation item')
}

/** "300 validation items: cosine 0.9987 (smallest 0.9312), 98.9 % same answers, accuracy 93.1 % (float32: 93.4 %)". */
export function agreementSentence(agreement: FeatureAgreement): string {
  const { cosine, top1, accuracy } = agreement
  const found = [
    `cosine ${cosineWords(cosine.mean)} (smallest ${cosineWords(cosine.smallest)})`,
    ...(top1 === null ? [] : [`${formatPercent(top1)} same answers`]),
    ...(accuracy === null
      ? []
      : [`accuracy ${formatPercent(accuracy.here)} (float32: ${formatPercent(accuracy.float32)})`]),
  ]
  return `${comparedWords(agreement)}: ${found.join(', ')}`
}

/** A reason as a sentence of its own. Names of formats keep their case. */
export function asSentence(reason: string): string {
  const isName = PRECISIONS.some((precision) => reason.startsWith(precision))
  const text = isName ? reason : reason.charAt(0).toUpperCase() + reason.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** What the report was measured on, where that is no longer what the bench asks for; null: it is. */
export function staleWords(report: PrecisionReport, version: number | null): string | null {
  if (version === null || report.datasetVersion === version) return null
  return `Measured on version ${report.datasetVersion}: the dataset is at version ${version} now.`
}

/** "Measured today 14:02 on birds, version 3: EfficientNet-Lite0 up to top_pool." */
export function measuredWords({ measuredAt, dataset, datasetVersion, base, layer }: PrecisionReport): string {
  return `Measured ${formatTime(measuredAt)} on ${dataset}, version ${datasetVersion}: ${base} up to ${layer}.`
}
