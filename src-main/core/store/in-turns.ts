import { setImmediate } from 'node:timers/promises'
import type { Piecewise } from '../../base/piecewise.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Db } from './database.ts'

/** Does it with everything else in between. Throws E_WORKSPACE_NOT_OPEN when the workspace is closed meanwhile. */
export async function inTurns<T>(db: Db, work: Piecewise<T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await setImmediate()
    if (db.isOpen()) continue
    // So that it closes what it has opened.
    work.return(undefined as never)
    throw new GraftError('E_WORKSPACE_NOT_OPEN', 'Expected an open workspace. Received: it was closed meanwhile.', {
      fix: 'Open it and try again.',
    })
  }
}
