import { GraftError } from '../../contract/errors.ts'
import type { ParamDefs, ParamField, ParamValues } from '../../contract/params.ts'
import type { AnalysisVariant } from './analysis.ts'
import { analyses } from './index.ts'

export interface ResolvedAnalysis {
  readonly row: AnalysisVariant
  readonly values: ParamValues<ParamDefs>
}

/** An analysis with its checked parameters. Throws E_INPUT for an unknown type, E_RUN_SPEC for a parameter that is refused. */
export function resolveAnalysis(type: string, params: Readonly<Record<string, unknown>>): ResolvedAnalysis {
  const row = analyses.find((each) => each.type === type)
  if (row === undefined) {
    const known = analyses.map((each) => each.type).join(', ')
    throw new GraftError('E_INPUT', `Expected an analysis. Received: ${type}. Available: ${known}.`, {
      fix: 'Choose one of them.',
    })
  }
  const parsed = row.params.schema.safeParse(params)
  if (parsed.success) return { row, values: parsed.data }
  const issue = parsed.error.issues[0]!
  const path = ['params', ...issue.path].join('.')
  throw new GraftError('E_RUN_SPEC', `\`${path}\`: ${issue.message}.`, {
    fix: 'docs/analyses.md lists the fields of each analysis.',
    details: { path },
  })
}

/** Names of models and further datasets that filled-in fields give. */
export function namesIn(
  fields: readonly ParamField[],
  values: Readonly<Record<string, unknown>>,
): { models: string[]; datasets: string[] } {
  const of = (...types: ParamField['type'][]): string[] =>
    fields
      .filter((field) => types.includes(field.type))
      .flatMap((field) => values[field.name])
      .filter((name): name is string => typeof name === 'string' && name !== '')
  return { models: [...new Set(of('model', 'models'))], datasets: [...new Set(of('dataset'))] }
}
