import type { Catalog } from '../contract/models.ts'
import type { Network } from '../contract/network.ts'
import type { ParamField, Variant } from '../contract/params.ts'
import type { BaseRef } from '../contract/spec.ts'
import { analyses } from './analyses/index.ts'
import { ARCHITECTURES } from './architectures/index.ts'
import { resolveBase } from './bases/resolve-base.ts'
import type { DescribedBase, LearningContext } from './context.ts'
import { EXPORTER_VARIANTS } from './exporters/variants.ts'
import { GLOSSARY } from './glossary.ts'
import { inferNetwork } from './network/infer.ts'
import { matchLayers } from './network/selection.ts'
import { optimizers } from './optimizers/index.ts'
import { PRESETS } from './presets.ts'
import { schedules } from './schedules/index.ts'
import { strategies } from './strategies/index.ts'

/** All that core and the command line take from learning/. Nothing here loads TensorFlow. */
export type {
  DatasetFacts,
  DescribedBase,
  LabelRelation,
  LabelSummary,
  LearningContext,
  PretrainedBase,
  ResolvedSpec,
} from './context.ts'
export { namesIn, resolveAnalysis, type ResolvedAnalysis } from './analyses/resolve-analysis.ts'
export { listBases, listedNetwork } from './bases/list-bases.ts'
export { networkFigures } from './network/network-figures.ts'
export { loadBaseModels } from './bases/load-base-models.ts'
export { modelFilesOf, type NamedModel } from './bases/model-files.ts'
export { faultyModel, IMPORTED, loadImported } from './bases/load-imported.ts'
export { missingImport } from './bases/missing-import.ts'
export { nameOfFile } from './bases/name-of-file.ts'
export { ImportedManifest, MANIFEST_FILE } from './bases/imported-manifest.ts'
export { precisionRefusal } from './engine/precision/precision-refusal.ts'
export { referencesOf } from './plan/references.ts'
export { exportOffers } from './exporters/variants.ts'
export { isCalibrated, isQuantised, readExportOptions } from './exporters/options.ts'
export { describeStates } from './plan/describe-states.ts'
export { resolveSpec } from './plan/resolve-spec.ts'

interface Row {
  readonly type: string
  readonly label: string
  readonly help: string
  readonly params: { readonly fields: ParamField[] }
}

/** Everything choosable in a spec, with forms, presets and terms. */
export function catalog(): Catalog {
  return {
    strategies: strategies.map((row) => ({ ...variantOf(row), canExtend: canExtend({ type: row.type }) })),
    optimizers: optimizers.map(variantOf),
    schedules: schedules.map(variantOf),
    architectures: ARCHITECTURES.map(variantOf),
    exporters: EXPORTER_VARIANTS,
    analyses: analyses.map(variantOf),
    presets: PRESETS,
    glossary: GLOSSARY,
  }
}

/** A base alone, as drawn before any plan. Throws E_MODEL_UNKNOWN, or E_RUN_SPEC for options that are refused. */
export function describeBase(base: BaseRef, context: LearningContext, inputSize?: number): DescribedBase {
  const { title, network, preprocessing, weights } = resolveBase(base, context, inputSize)
  return { title, network, preprocessing, weights, facts: inferNetwork(network).facts }
}

/** Which layers a pattern matches while it is typed; `error` says what is wrong with it and where. */
export function matchPattern(network: Network, pattern: string): { layers: string[]; error: string | null } {
  const { names, problems } = matchLayers(network.layers, pattern)
  const [problem] = problems
  if (problem?.kind !== 'pattern') return { layers: [...names], error: null }
  const where = problem.position === null ? '' : ` At character ${problem.position + 1}.`
  return { layers: [], error: `${problem.message}${where}` }
}

/** Whether a run of this strategy, with its parameters where they are known, may be trained for more epochs once it is over. */
export function canExtend({ type, ...values }: { readonly type: string; readonly [name: string]: unknown }): boolean {
  const row = strategies.find((one) => one.type === type)
  const given = row?.params.schema.safeParse(values)
  if (row === undefined || given?.success !== true) return false
  return row.canExtend === true || (row.phases !== undefined && (row.script?.(given.data) ?? null) === null)
}

/** Strategies of several stages: what a run of theirs costs does not follow from the planned network and its epochs. */
export const STAGED_STRATEGIES: readonly string[] = strategies
  .filter(({ run }) => run !== undefined)
  .map(({ type }) => type)

function variantOf({ type, label, help, params }: Row): Variant {
  return { type, label, help, fields: params.fields }
}
