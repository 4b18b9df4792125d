import { GraftError } from '../../../contract/errors.ts'
import type { Answer } from '../labeller-context.ts'

/** Ends the map that is computed; the next one has a signal of its own. */
export const stopMap: Answer<'stop-map'> = (context) => {
  context.mapStop.abort(new GraftError('E_CANCELLED', 'The map was stopped.'))
  context.mapStop = new AbortController()
  return Promise.resolve({ kind: 'stop-map' })
}
