import { GraftError } from '../../../contract/errors.ts'
import type { Answer } from '../desk.ts'

/** Ends the map that is computed; the next one has a signal of its own. */
export const stopMap: Answer<'stop-map'> = (desk) => {
  desk.mapStop.abort(new GraftError('E_CANCELLED', 'The map was stopped.'))
  desk.mapStop = new AbortController()
  return Promise.resolve({ kind: 'stop-map' })
}
