import { setImmediate } from 'node:timers/promises'
import type { Desk } from './desk.ts'

/** To be awaited now and then in a long answer: says how far it is, lets messages through, and throws where the question was withdrawn. */
export type Pace = (done: number) => Promise<void>

export function pace(desk: Pick<Desk, 'onProgress' | 'signal'>, what: string, total: number): Pace {
  return async (done) => {
    desk.onProgress(what, done, total)
    await setImmediate()
    desk.signal.throwIfAborted()
  }
}
