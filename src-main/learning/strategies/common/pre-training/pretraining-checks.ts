import type { PlanProblem } from '../../../../contract/models.ts'
import { block, warn } from '../../../plan-problem.ts'
import { inferNetwork } from '../../../network/infer.ts'
import { headLayers } from './pretraining-phases.ts'
import type { PreflightContext } from '../../strategy.ts'

/** Problems that all strategies of pre-training without labels share. */
export function pretrainingProblems(context: PreflightContext, values: { compareScratch: boolean }): PlanProblem[] {
  return [...labelProblems(context, values), ...updateProblems(context), ...frozenProblems(context)]
}

/** Above this share of labels pre-training on the same items rarely pays. */
const MANY_LABELS = 0.5

function labelProblems(context: PreflightContext, values: { compareScratch: boolean }): PlanProblem[] {
  const train = context.dataset?.splitCounts.train ?? 0
  if (train === 0 || values.compareScratch) return []
  const labelled = labelledItems(context)
  if (labelled < MANY_LABELS * train) return []
  const fix = { title: 'Compare', patch: { 'strategy.compareScratch': true } }
  const message = `${labelled} of ${train} training items are labelled. Pre-training without labels mostly pays when fewer than half are: compare it with a network that starts from nothing.`
  return [warn('pretraining-labels', message, fix)]
}

/** Training items that any head learns from. */
function labelledItems({ dataset, spec, heads }: PreflightContext): number {
  const train = dataset?.splitCounts.train ?? 0
  const counts = heads.map(({ column }) => dataset?.classCounts?.[column]?.reduce((sum, count) => sum + count, 0))
  return Math.min(Math.max(...counts.map((count) => count ?? train)), spec.labelLimit ?? Infinity)
}

/** A fresh head on features that stand still moves by about the learning rate an update: after fewer than these it hardly uses them, and a
 *  network that learns as a whole from nothing is ahead (measured with 60 labels of MNIST: 90 updates lose, 240 win). */
const FEW_UPDATES = 200

function updateProblems(context: PreflightContext): PlanProblem[] {
  const { epochs, batchSize, accumulate } = context.spec
  const labelled = labelledItems(context)
  if (context.dataset === null || labelled === 0) return []
  const each = Math.ceil(Math.ceil(labelled / batchSize) / accumulate)
  if (each * epochs >= FEW_UPDATES) return []
  const wanted = Math.ceil(FEW_UPDATES / each)
  const message = `${epochs} epochs of ${labelled} labelled items are ${each * epochs} updates: too few for a head to make use of pre-trained features. Take more epochs or smaller batches.`
  return [warn('pretraining-few-updates', message, { title: `Use ${wanted} epochs`, patch: { epochs: wanted } })]
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
