import { GraftError } from '../../../contract/errors.ts'
import type { LabellerContext } from '../labeller-context.ts'
import type { HeldHead } from '../held-head.ts'

/** The head as it was last fitted. Errors: E_DATASET_UNUSABLE (none was). */
export function heldHeadOf({ head }: LabellerContext): HeldHead {
  if (head !== null) return head
  throw new GraftError('E_DATASET_UNUSABLE', 'Expected a head that was fitted to labels. There is none yet.', {
    fix: 'Label items of at least two classes.',
  })
}
