import { setImmediate } from 'node:timers/promises'
import type { LabellerContext } from './labeller-context.ts'

/** To be awaited now and then in a long answer: says how far it is, lets messages through, and throws where the question was withdrawn. */
export type Pace = (done: number) => Promise<void>

export function pace(context: Pick<LabellerContext, 'onProgress' | 'signal'>, what: string, total: number): Pace {
  return async (done) => {
    context.onProgress(what, done, total)
    await setImmediate()
    context.signal.throwIfAborted()
  }
}
