import { GraftError } from '../../contract/errors.ts'
import type { Labeller } from '../../learning/labelling/labeller.ts'
import type { JobContext, JobOutcome } from '../job-context.ts'

/** Answers what the parent asks until it wants no more; a question that cannot be answered is refused, and the next one counts. */
export function answerQuestions(labeller: Labeller, { send, control, questions }: JobContext): Promise<JobOutcome> {
  questions.listen((id, question) => {
    labeller.ask(question).then(
      (answer) => send({ type: 'answer', id, answer }),
      (error: unknown) => send({ type: 'refused', id, error: refusal(error) }),
    )
  })
  return new Promise((resolve) => {
    control.subscribe((action) => resolve(action === 'cancel' ? 'cancelled' : 'stopped'))
  })
}

function refusal(error: unknown) {
  if (error instanceof GraftError) {
    const { code, message, fix } = error.toReply()
    return { code, message, ...(fix === undefined ? {} : { fix }) }
  }
  return { code: 'E_INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
