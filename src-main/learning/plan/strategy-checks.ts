import type { LabelType } from '../../contract/datasets.ts'
import type { PlanProblem } from '../../contract/models.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { missingImport } from '../bases/missing-import.ts'
import { modelFilesOf } from '../bases/model-files.ts'
import type { LearningContext } from '../context.ts'
import { strategies } from '../strategies/index.ts'
import type { PreflightContext, StrategyVariant } from '../strategies/strategy.ts'
import { block } from '../plan-problem.ts'
import { referencesOf } from './references.ts'

/** What the strategy itself finds wrong or doubtful, and names of datasets and models that nothing has. */
export function strategyChecks(
  spec: ExperimentSpec,
  context: LearningContext,
  plan: Pick<PreflightContext, 'network' | 'states' | 'heads'>,
): PlanProblem[] {
  const row = strategies.find(({ type }) => type === spec.strategy.type)
  if (row === undefined) return []
  const unknown = [...headTypes(row, plan.heads), ...unknownReferences(spec, context)]
  const { type: _type, ...values } = spec.strategy
  const parsed = row.params.schema.safeParse(values)
  if (!parsed.success || row.check === undefined) return unknown
  const preflight: PreflightContext = {
    spec,
    ...plan,
    dataset: context.dataset,
    datasetOf: (name) => context.further?.(name) ?? null,
    modelOf: (ref) => modelFilesOf(ref, context),
  }
  return [...unknown, ...row.check(preflight, parsed.data)]
}

/** A strategy with heads that it cannot learn. */
function headTypes(row: StrategyVariant, heads: PreflightContext['heads']): PlanProblem[] {
  const head = heads.find(({ type }) => !(row.heads ?? DEFAULT_HEADS).includes(type))
  if (head === undefined) return []
  const others = strategies.filter(({ heads: types }) => types?.includes(head.type)).map(({ label }) => label)
  const message = `${row.label} cannot learn tags, which "${head.name}" has: several labels an item are learned by ${others.join(', ')}.`
  return [block('strategy-head', message, { title: 'Use fine-tuning', patch: { strategy: { type: 'fine-tuning' } } })]
}

const DEFAULT_HEADS: readonly LabelType[] = ['classification', 'regression']

function unknownReferences(spec: ExperimentSpec, context: LearningContext): PlanProblem[] {
  const { models, datasets } = referencesOf(spec)
  const missingModels = models.filter(({ ref }) => modelFilesOf(ref, context) === null)
  const unprepared = models.filter(({ ref }) => modelFilesOf(ref, context)?.isPrepared === false)
  const missingDatasets = datasets.filter(({ name }) => (context.further?.(name) ?? null) === null)
  return [
    ...missingModels.map(({ ref, path }) => {
      const gone = missingImport(ref)
      if (gone !== null) return block('strategy-model', `\`${path}\`: ${gone.message} ${gone.fix}.`)
      const known = [...context.bases.map(({ id }) => id), 'run:<id> of a finished run'].join(', ')
      return block('strategy-model', `\`${path}\`: there is no model "${ref}". There are: ${known}.`)
    }),
    ...unprepared.map(({ ref, path }) =>
      block(
        'preparation',
        `\`${path}\`: how pixels are prepared for "${ref}" is not known. Choose it under Models first.`,
      ),
    ),
    ...missingDatasets.map(({ name, path }) =>
      block('strategy-dataset', `\`${path}\`: the workspace has no dataset "${name}".`),
    ),
  ]
}
