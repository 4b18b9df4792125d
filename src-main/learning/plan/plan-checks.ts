import type { PlanProblem, ResolvedPlan } from '../../contract/models.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import type { ResolvedBase } from '../bases/resolve-base.ts'
import type { DatasetFacts } from '../context.ts'
import { exportRefusals } from '../exporters/variants.ts'
import { block, warn } from '../plan-problem.ts'

export interface Checked {
  readonly spec: ExperimentSpec
  readonly base: ResolvedBase
  readonly dataset: DatasetFacts | null
  readonly plan: Pick<ResolvedPlan, 'network' | 'states' | 'parameters' | 'cachedUpTo' | 'facts' | 'preprocessing'>
}

/** What is wrong or doubtful about a plan as a whole. */
export function planChecks(checked: Checked): PlanProblem[] {
  const checks = [
    checkPreparation,
    checkTrainable,
    checkKinds,
    checkColumns,
    checkChannels,
    checkRandomFeatures,
    checkRate,
    checkSamples,
  ]
  return [...checks, checkStrategy, checkCacheSize, checkExports].flatMap((check) => check(checked) ?? [])
}

type Check = (checked: Checked) => PlanProblem | null

/** Better known before hours of training than behind them. */
const checkExports: Check = ({ plan }) => {
  const [first, ...others] = exportRefusals(plan.network)
  if (first === undefined) return null
  const also = others.map(({ label }) => label)
  return warn('export', `${first.error.message}${also.length === 0 ? '' : ` Nor for ${also.join(' and ')}.`}`)
}

const checkTrainable: Check = ({ plan }) => {
  if (plan.parameters.trainable > 0) return null
  const fix = { title: 'Unfreeze', patch: { freeze: null, train: null } }
  return block('nothing-trainable', 'No parameter would be trained: everything is frozen.', fix)
}

const checkPreparation: Check = ({ base }) => {
  if (base.isPrepared !== false) return null
  return block(
    'preparation',
    `How pixels are prepared for "${base.title}" is not known. Choose it under Models, or with graft model prepare.`,
  )
}

const checkKinds: Check = ({ dataset, base, plan }) => {
  if (!dataset || dataset.kind === plan.preprocessing.kind) return null
  if (dataset.kind === 'image') {
    return block('base-kind', `"${base.title}" takes table rows, but "${dataset.name}" holds images.`)
  }
  const fix = { title: 'Use an MLP', patch: { base: { architecture: 'mlp' } } }
  return block('base-kind', `"${base.title}" takes images, but "${dataset.name}" is a table.`, fix)
}

const checkColumns: Check = ({ dataset, base }) => {
  if (dataset?.kind !== 'table' || base.preprocessing.kind !== 'table' || base.weights === null) return null
  const columns = new Map(dataset.featureColumns.map((column) => [column.name, column.type]))
  const missing = base.preprocessing.columns.filter((column) => columns.get(column.name) !== column.type)
  if (missing.length === 0) return null
  const names = missing.slice(0, 5).map((column) => `${column.name} (${column.type})`)
  return block('base-columns', `"${base.title}" needs columns that "${dataset.name}" lacks: ${names.join(', ')}.`)
}

const checkChannels: Check = ({ dataset, plan }) => {
  if (dataset?.kind !== 'image' || plan.preprocessing.kind !== 'image' || dataset.channels === null) return null
  if (dataset.channels === plan.preprocessing.channels) return null
  if (dataset.channels === 1)
    return warn('channels', 'The images are grey and the base takes colour: grey is repeated over three channels.')
  return warn('channels', 'The images are in colour and the base takes grey: colour is lost.')
}

const checkRandomFeatures: Check = ({ base, plan }) => {
  const hasFrozen = plan.parameters.frozen > 0
  if (base.weights !== null || !hasFrozen) return null
  const fix = { title: 'Unfreeze', patch: { freeze: null, train: null } }
  return warn('random-features', 'Frozen layers of a network without trained weights keep their random start.', fix)
}

const checkRate: Check = ({ spec, plan }) => {
  const optimizer = spec.optimizer as { learningRate?: unknown }
  const strategy = spec.strategy as { unfreezeLearningRate?: unknown }
  const [path, rate] = typeof strategy.unfreezeLearningRate === 'number'
      ? ['strategy.unfreezeLearningRate', strategy.unfreezeLearningRate]
      : ['optimizer.learningRate', optimizer.learningRate] // prettier-ignore
  if (typeof rate !== 'number' || rate <= 1e-2 || !Object.values(plan.states).includes('trained')) return null
  const fix = { title: 'Use 0.001', patch: { [path]: 0.001 } }
  return warn('rate-high', `A learning rate of ${rate} on reused layers usually destroys what they have learned.`, fix)
}

const checkSamples: Check = ({ dataset, plan, base }) => {
  const train = dataset?.splitCounts.train ?? 0
  const { fresh } = plan.parameters
  if (!dataset || fresh === 0) return null
  if (train === 0) return block('no-samples', `"${dataset.name}" has no item in its train split.`)
  // The rule is one for heads on frozen features; deep networks have other ways not to overfit.
  if (base.weights === null || plan.parameters.frozen === 0 || train >= fresh / 10) return null
  return warn(
    'few-samples',
    `${train} training items for ${fresh} fresh parameters: the run may learn them by heart. Compare train and validation.`,
  )
}

const checkStrategy: Check = ({ spec, plan, base }) => {
  if (spec.strategy.type !== 'feature-extraction') return null
  const fix = { title: 'Fine-tune', patch: { strategy: { type: 'fine-tuning' } } }
  if (base.weights === null) {
    return warn('features-untrained', 'Feature extraction needs a trained base; this network starts from nothing.', fix)
  }
  const trained = Object.values(plan.states).filter((state) => state === 'trained').length
  if (trained === 0) return null
  const freezeAll = { title: 'Freeze all', patch: { freeze: { all: true }, train: null } }
  return warn(
    'features-trained',
    `${trained} reused layers are trained too, which is fine-tuning rather than feature extraction.`,
    freezeAll,
  )
}

/** Cached features above this are told. */
const LARGE_CACHE_BYTES = 4 * 2 ** 30

const checkCacheSize: Check = ({ spec, dataset, plan }) => {
  const facts = plan.facts.find((layer) => layer.name === plan.cachedUpTo)
  if (!facts || !dataset) return null
  const { train, validation, test } = dataset.splitCounts
  const values = facts.outputShape.reduce((size, value) => size * value, 1)
  const bytes = 4 * values * (train * spec.augment.copies + validation + test)
  if (bytes <= LARGE_CACHE_BYTES) return null
  const size = (bytes / 2 ** 30).toFixed(1)
  return warn(
    'cache-large',
    `The cached features of "${facts.name}" take ${size} GiB on disk. Freeze further up to make them smaller.`,
  )
}
