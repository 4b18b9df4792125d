import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { precision } from '../../contract/precision.ts'

/** Speed and agreement of the precisions that a frozen part may compute in. */
export function precisionService(): Handlers<typeof precision> {
  return {
    report: () => ({ report: null }),
    measure: () => {
      throw new GraftError('E_INTERNAL', 'Measuring is on its way.')
    },
  }
}
