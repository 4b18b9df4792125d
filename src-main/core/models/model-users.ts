import { GraftError } from '../../contract/errors.ts'
import type { RunStatus } from '../../contract/runs.ts'
import { referencesOf } from '../../learning/catalog.ts'
import type { Session } from '../session/session.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { runsByStatus } from '../store/runs-repo.ts'

/** These read their base model once more; what has ended keeps its own weights. */
const UNFINISHED: readonly RunStatus[] = ['queued', 'running', 'paused', 'interrupted']

/** Refuses to change or remove a model that a run starts from, or learns from, which has not ended. Throws E_RUN_STATE. */
export function refuseNeeded(session: Session, modelId: string): void {
  const user = UNFINISHED.flatMap((status) => runsByStatus(session.db, status)).find(({ key }) => {
    const { spec } = readDetails(session.db, key)
    return spec.base === modelId || referencesOf(spec).models.some(({ ref }) => ref === modelId)
  })
  if (user === undefined) return
  throw new GraftError(
    'E_RUN_STATE',
    `Expected a model that no unfinished run needs. Received: ${modelId}, which ${user.name} needs; it is ${user.status}.`,
    { fix: 'Let that run finish, or remove it first.' },
  )
}
