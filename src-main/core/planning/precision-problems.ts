import { fallsTooFar, fallWords } from '../../base/precision-verdict.ts'
import { cpuRefusal } from '../../base/precision-refusal.ts'
import type { PlanProblem } from '../../contract/models.ts'
import type { PrecisionReport } from '../../contract/precision.ts'
import type { PrefixPrecision } from '../../contract/prefix-precision.ts'
import { precisionRefusal } from '../../learning/catalog.ts'
import type { Workspace } from '../session/workspace.ts'
import { findReport, type ReportSubject } from './precision-reports.ts'

/** What speaks against the precision that a spec's frozen part is to compute in: this CPU, the network, or what was measured of it here. */
export function precisionProblems(workspace: Workspace, subject: ReportSubject): PlanProblem[] {
  const { spec, plan } = subject.resolved
  const { prefixPrecision } = spec
  if (prefixPrecision === 'float32') return []
  const refusal = precisionRefusal(prefixPrecision, plan.network, plan.cachedUpTo)
  if (refusal !== null) return [refused(prefixPrecision, refusal)]
  const report = findReport(workspace, subject)
  return report === null ? [] : measuredProblems(prefixPrecision, report, subject.dataset?.row.version ?? null)
}

function refused(precision: PrefixPrecision, refusal: string): PlanProblem {
  const other = precision === 'int8' && cpuRefusal('bfloat16') === null ? 'bfloat16' : 'float32'
  const message = `Expected \`prefixPrecision\` ${other}: ${refusal}. Received: ${precision}.`
  return { level: 'block', code: 'precision', message, fix: use(other) }
}

function measuredProblems(precision: PrefixPrecision, report: PrecisionReport, version: number | null): PlanProblem[] {
  const agreementOf = (of: PrefixPrecision) =>
    report.options.find((option) => option.precision === of)?.agreement ?? null
  const agreement = agreementOf(precision)
  if (agreement === null || !fallsTooFar(agreement, report.bound)) return []
  const isBfloat16Better =
    precision === 'int8' && agreementOf('bfloat16') !== null && !fallsTooFar(agreementOf('bfloat16'), report.bound)
  const older =
    report.datasetVersion === version ? '' : ` It was measured on version ${report.datasetVersion} of the dataset.`
  const message = `${fallWords(precision, agreement, report.bound)}${older}`
  return [{ level: 'warn', code: 'precision-accuracy', message, fix: use(isBfloat16Better ? 'bfloat16' : 'float32') }]
}

const use = (prefixPrecision: PrefixPrecision) => ({ title: `Use ${prefixPrecision}`, patch: { prefixPrecision } })
