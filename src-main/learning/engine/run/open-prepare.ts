import { createComparedPrepare } from '../features/compared-prepare.ts'
import type { Learner } from './learner.ts'
import type { RunScope } from './run-scope.ts'

/** Features for a learner's phases, from the cache or computed when they are asked for; closed with the run. */
export function openPrepare(
  { runtime, job, variants, requested, opened }: RunScope,
  { model, data }: Learner,
): ReturnType<typeof createComparedPrepare> {
  const { memoryMegabytes } = variants
  const features = createComparedPrepare({ runtime, job, model, data, requested, memoryMegabytes })
  opened.push(features)
  return features
}
