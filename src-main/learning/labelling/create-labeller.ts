import type { AnswerOf, LabelQuestion } from '../../contract/label-questions.ts'
import type { Tf } from '../runtime.ts'
import { duplicates } from './answers/duplicates.ts'
import { fit } from './answers/fit.ts'
import { map } from './answers/map.ts'
import { order } from './answers/order.ts'
import { outliers } from './answers/outliers.ts'
import { quality } from './answers/quality.ts'
import { similar } from './answers/similar.ts'
import { suspicious } from './answers/suspicious.ts'
import type { Answer, Desk } from './desk.ts'
import type { Labeller, LabellerParts } from './labeller.ts'

const ANSWERS: { readonly [K in LabelQuestion['kind']]: Answer<K> } = Object.freeze({
  fit,
  order,
  similar,
  duplicates,
  suspicious,
  outliers,
  quality,
  map,
})

/** Answers questions about a dataset's features, one after the other. */
export function createLabeller(tf: Tf, parts: LabellerParts): Labeller {
  const desk: Desk = { ...parts, tf, now: () => performance.now(), head: null }
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask<Q extends LabelQuestion>(question: Q) {
      const answer = ANSWERS[question.kind] as Answer<Q['kind']>
      const turn = last.then(() => answer(desk, question as never))
      last = turn.catch(() => undefined)
      return turn as Promise<AnswerOf<Q['kind']>>
    },
    dispose: () => void (desk.head = null),
  }
}
