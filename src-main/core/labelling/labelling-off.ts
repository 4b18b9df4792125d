import { GraftError } from '../../contract/errors.ts'

/** Nothing holds the features that a question is about. */
export function labellingOff(): GraftError {
  return new GraftError('E_LABELLING_OFF', 'Expected features of the dataset. Received: none are ready.', {
    fix: 'Prepare them first (Suggest labels), and ask again when they are ready.',
  })
}
