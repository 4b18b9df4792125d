import type { LabelQuestion } from '../contract/label-questions.ts'
import type { Questions } from './job-context.ts'

type Listener = (id: number, question: LabelQuestion) => void

/** Hands the parent's questions to the job; those that come before the job listens wait for it. */
export function createQuestions(): Questions & { put: Listener } {
  const early: Parameters<Listener>[] = []
  let listener: Listener | null = null
  return {
    put(id, question) {
      if (listener === null) early.push([id, question])
      else listener(id, question)
    },
    listen(next) {
      listener = next
      for (const one of early.splice(0)) next(...one)
    },
  }
}
