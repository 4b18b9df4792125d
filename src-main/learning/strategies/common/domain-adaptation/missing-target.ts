import { GraftError } from '../../../../contract/errors.ts'

/** The plan says so before; this is for a spec that was started all the same. */
export function missingTarget(): never {
  throw new GraftError('E_RUN_SPEC', 'Expected `strategy.target` to name a dataset. Received: nothing.', {
    fix: 'Choose the target dataset, the one that the network is to learn for.',
    details: { path: 'strategy.target' },
  })
}
