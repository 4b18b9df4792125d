import type { PlanProblem } from '../../contract/models.ts'
import { block, warn } from '../plan/problem.ts'
import { inferNetwork } from '../network/infer.ts'
import { headLayers } from './pretraining-phases.ts'
import type { PreflightContext } from './strategy.ts'

/** Problems that all strategies of pre-training without labels share. */
export function pretrainingProblems(context: PreflightContext, values: { compareScratch: boolean }): PlanProblem[] {
  return [...labelProblems(context, values), ...frozenProblems(context)]
}

/** Above this share of labels pre-training on the same items rarely pays. */
const MANY_LABELS = 0.5

function labelProblems({ dataset, spec, heads }: PreflightContext, values: { compareScratch: boolean }): PlanProblem[] {
  const train = dataset?.splitCounts.train ?? 0
  if (dataset === null || train === 0 || values.compareScratch) return []
  const counts = heads.map(({ column }) => dataset.classCounts?.[column]?.reduce((sum, count) => sum + count, 0))
  const known = Math.max(...counts.map((count) => count ?? train))
  const labelled = Math.min(known, spec.labelLimit ?? Infinity)
  if (labelled < MANY_LABELS * train) return []
  const fix = { title: 'Compare', patch: { 'strategy.compareScratch': true } }
  const message = `${labelled} of ${train} training items are labelled. Pre-training without labels mostly pays when fewer than half are: compare it with a network that starts from nothing.`
  return [warn('pretraining-labels', message, fix)]
}

function frozenProblems({ network, states }: PreflightContext): PlanProblem[] {
  const heads = headLayers(network)
  const weighted = inferNetwork(network).weights.filter(({ layer, trainable }) => trainable && !heads.has(layer))
  if (weighted.some(({ layer }) => states[layer] !== 'frozen')) return []
  const message =
    weighted.length === 0
      ? 'Expected layers with weights below the heads, to be pre-trained. There are none.'
      : 'Expected layers to be pre-trained. Everything below the heads is frozen.'
  return [block('pretraining-frozen', message, { title: 'Unfreeze', patch: { freeze: null, train: null } })]
}
