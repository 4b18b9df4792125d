import type { ExportJob } from '../../contract/trainer.ts'
import type { RunDetails } from '../store/run-details-repo.ts'

/** What the heads of a run were trained on; undefined: it cached no features. */
export function trainedFeatures(details: Pick<RunDetails, 'cache' | 'plan' | 'weightChange'>): ExportJob['features'] {
  const { cache } = details
  if (cache === null) return undefined
  const { precision, layer, agreement, features, calibration } = cache
  const isTrainedLater = hasMoved(details, layer)
  // Ranges say nothing of weights that moved since.
  return { precision, layer, isTrainedLater, agreement, features, calibration: isTrainedLater ? null : calibration }
}

/** Whether a layer up to this one has other weights than those that the run began with: a later phase trained it. */
function hasMoved({ plan, weightChange }: Pick<RunDetails, 'plan' | 'weightChange'>, layer: string): boolean {
  const { layers } = plan.network
  const place = layers.findIndex(({ name }) => name === layer)
  const before = new Set(layers.slice(0, place + 1).map(({ name }) => name))
  return weightChange.some(({ change, layer: name, movingChange }) => before.has(name) && (change !== 0 || (movingChange ?? 0) !== 0)) // prettier-ignore
}
