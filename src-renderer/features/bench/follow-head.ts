import type { ExperimentSpecInput } from '@contract/spec.ts'

/** Whether something beside a linear head learns. */
function learnsMore({ newLayers = [], replace = [], freeze, train }: ExperimentSpecInput): boolean {
  const isAllFrozen = freeze === undefined || freeze.all === true
  return newLayers.length > 0 || replace.length > 0 || train !== undefined || !isAllFrozen
}

/** Whether the head is fitted to its optimum, whatever the number of epochs. */
export function isConverged({ strategy }: ExperimentSpecInput): boolean {
  const { type, head } = strategy as { type: string; head?: unknown }
  return type === 'feature-extraction' && head === 'converged'
}

/** A head that is fitted to convergence stands right behind frozen features: once an edit lets more learn, it learns gradually with it. */
export function followHead(before: ExperimentSpecInput, after: ExperimentSpecInput): ExperimentSpecInput {
  if (!isConverged(after) || !learnsMore(after) || learnsMore(before)) return after
  return { ...after, strategy: { ...after.strategy, head: 'gradual' } }
}
