import type { AnswerOf, LabelQuestion, QuestionOf } from '../../contract/label-questions.ts'
import type { Tf } from '../runtime.ts'
import type { HeldHead } from './held-head.ts'
import type { LabellerParts } from './labeller.ts'

/** What every answer has before it. */
export interface LabellerContext extends LabellerParts {
  readonly tf: Tf
  /** Ends the map that is being computed. */
  mapStop: AbortController
  /** The head as the last `fit` left it; null: none was fitted yet. */
  head: HeldHead | null
}

export type Answer<K extends LabelQuestion['kind']> = (
  context: LabellerContext,
  question: QuestionOf<K>,
) => Promise<AnswerOf<K>>
