import { GraftError } from '../../contract/errors.ts'
import type { BaseRef } from '../../contract/spec.ts'
import type { WeightsRef } from '../../contract/trainer.ts'
import { describeBase } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import type { Workspace } from '../session/workspace.ts'
import { learningContext } from './learning-context.ts'

/** Where the weights that a run was planned with lie now: the workspace or the program may have moved since. */
export function startingWeights(app: App, workspace: Workspace, base: BaseRef, planned: WeightsRef): WeightsRef {
  const { weights } = describeBase(base, learningContext(app, workspace, null))
  if (weights?.sha256 === planned.sha256) return weights
  throw new GraftError(
    'E_MODEL_WEIGHTS',
    `Expected the starting weights that the run was planned with (SHA-256 ${planned.sha256.slice(0, 12)}). Received: ${weights?.sha256.slice(0, 12) ?? 'none'}.`,
    { fix: 'The base model has changed since. Start a new run from the same spec.' },
  )
}
