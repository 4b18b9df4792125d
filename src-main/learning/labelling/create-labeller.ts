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

/** What the labelling hand waits for. */
const QUICK: ReadonlySet<LabelQuestion['kind']> = new Set(['fit', 'order', 'similar'])

/** Answers questions about a dataset's features: the quick ones one after the other, the long ones (a map takes a minute) one after the
 *  other beside them, in the pauses that they make. */
export function createLabeller(tf: Tf, parts: LabellerParts): Labeller {
  const desk: Desk = { ...parts, tf, head: null }
  const lanes = { quick: Promise.resolve<unknown>(null), long: Promise.resolve<unknown>(null) }
  return {
    ask<Q extends LabelQuestion>(question: Q) {
      const answer = ANSWERS[question.kind] as Answer<Q['kind']>
      const lane = QUICK.has(question.kind) ? 'quick' : 'long'
      const turn = lanes[lane].then(() => answer(desk, question as never))
      lanes[lane] = turn.catch(() => undefined)
      return turn as Promise<AnswerOf<Q['kind']>>
    },
    dispose: () => void (desk.head = null),
  }
}
