import type { AnswerOf, LabelQuestion } from '../../contract/label-questions.ts'
import type { Tf } from '../runtime.ts'
import { duplicates } from './answers/duplicates.ts'
import { fit } from './answers/fit.ts'
import { map } from './answers/map.ts'
import { order } from './answers/order.ts'
import { outliers } from './answers/outliers.ts'
import { quality } from './answers/quality.ts'
import { similar } from './answers/similar.ts'
import { stopMap } from './answers/stop-map.ts'
import { suspicious } from './answers/suspicious.ts'
import type { Answer, LabellerContext } from './labeller-context.ts'
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
  'stop-map': stopMap,
})

/** Who takes long waits for others that do; what the labelling hand waits for is answered in the pauses that they make. */
const LINES: { readonly [K in LabelQuestion['kind']]?: 'maps' | 'audits' } = {
  map: 'maps',
  duplicates: 'audits',
  suspicious: 'audits',
  outliers: 'audits',
  quality: 'audits',
}

/** Answers questions about a dataset's features, those of a line one after the other. */
export function createLabeller(tf: Tf, parts: LabellerParts): Labeller {
  const context: LabellerContext = { ...parts, tf, head: null, mapStop: new AbortController() }
  const last = {
    quick: Promise.resolve<unknown>(null),
    maps: Promise.resolve<unknown>(null),
    audits: Promise.resolve<unknown>(null),
  }
  return {
    ask<Q extends LabelQuestion>(question: Q) {
      const answer = ANSWERS[question.kind] as Answer<Q['kind']>
      const line = LINES[question.kind] ?? 'quick'
      const turn = last[line].then(() => answer(context, question as never))
      last[line] = turn.catch(() => undefined)
      return turn as Promise<AnswerOf<Q['kind']>>
    },
    dispose: () => void (context.head = null),
  }
}
