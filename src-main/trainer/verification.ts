import type { ChildMessage, ParentMessage } from '../contract/trainer.ts'
import type { JobContext } from './job-context.ts'

type Answer = Extract<ParentMessage, { type: 'verification' }>

/** The question to the parent and its answer; one at a time. */
export function createVerification(send: (message: ChildMessage) => Promise<void>) {
  let settle: ((answer: Answer) => void) | null = null
  const ask = async (job: Extract<ChildMessage, { type: 'verify' }>['job']): Promise<Answer> => {
    if (settle !== null) throw new Error('A verification is under way.')
    const answered = new Promise<Answer>((resolve) => (settle = resolve))
    await send({ type: 'verify', job })
    return answered
  }
  const verify: JobContext['verify'] = async (job) => {
    const { outputs, error } = await ask(job)
    if (outputs === null) throw new Error(error ?? 'The verification ended without an answer.')
    return outputs
  }
  const runProgram: JobContext['runProgram'] = async (job) => {
    const { answer, error } = await ask(job)
    return answer ?? { notRun: error ?? 'it ended without an answer' }
  }
  const answer = (message: Answer): void => {
    settle?.(message)
    settle = null
  }
  return { verify, runProgram, answer }
}
