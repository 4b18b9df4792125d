import type { QuestionOf } from '../../../contract/label-questions.ts'
import { disagreement } from './disagreement.ts'
import { mixed } from './mixed.ts'
import { novelty } from './novelty.ts'
import type { OrderBy } from './order-by.ts'
import { uncertainty } from './uncertainty.ts'

export const ORDERS: { readonly [K in QuestionOf<'order'>['by']]: OrderBy } = Object.freeze({
  uncertainty,
  novelty,
  mixed,
  disagreement,
})
