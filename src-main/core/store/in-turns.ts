import { setImmediate } from 'node:timers/promises'
import { GraftError } from '../../contract/errors.ts'
import type { Db } from './database.ts'

/** Long work of the main process, in pieces of a few milliseconds: it yields after each. */
export type Piecewise<T> = Generator<undefined, T, undefined>

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

/** Does it in one go, where nothing may come in between. */
export function atOnce<T>(work: Piecewise<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
