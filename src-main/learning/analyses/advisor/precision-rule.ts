import { agreementWords, agreesEnough } from '../../../base/precision-verdict.ts'
import type { MeasuredPrecision, PrecisionReport } from '../../../contract/precision.ts'
import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import type { FurtherRule } from './advisor-rules.ts'

/** A gain that is worth a change: less is within what measurements of a speed differ by. */
const WORTH = 1.1

/** The fastest number format of the frozen part that the measured agreement allows (at least 98 % equal answers, accuracy within the bound), where it is
 *  faster than the spec's own. null: nothing was measured, or nothing is to be gained.
 *  @param version of the dataset that is advised on */
export function precisionRule(
  report: PrecisionReport | null,
  own: PrefixPrecision,
  version: number,
): FurtherRule | null {
  if (report === null) return null
  const speedOf = (option: MeasuredPrecision | undefined) => option?.itemsPerSecond ?? 0
  const optionOf = (precision: PrefixPrecision) => report.options.find((option) => option.precision === precision)
  const allowed = report.options.filter(({ agreement }) => agreesEnough(agreement, report.bound))
  const [best] = allowed.sort((a, b) => speedOf(b) - speedOf(a))
  if (best?.agreement == null || best.precision === own) return null
  const [before, after] = [speedOf(optionOf(own)), speedOf(best)]
  if (before === 0 || after < WORTH * before) return null
  const times = (after / before).toFixed(1)
  const speeds = `${Math.round(after)} against ${Math.round(before)} items a second`
  const older =
    report.datasetVersion === version ? '' : `, as measured on version ${report.datasetVersion} of the dataset`
  return {
    words: `As long as the layers up to ${report.layer} stay frozen, ${best.precision} computes their features ${times} times as fast as ${own} (${speeds}), and ${agreementWords(best.precision, best.agreement)}${older}.`,
    title: `Compute features in ${best.precision}`,
    patch: { prefixPrecision: best.precision },
  }
}
