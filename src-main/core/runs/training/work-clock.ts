import type { Events } from '../../../contract/index.ts'
import type { ChildMessage } from '../../../contract/trainer.ts'

type Amount = Extract<ChildMessage, { type: 'progress' }>
export type Work = Omit<Events['runs.working'], 'runId'>

/** Tells how long work between steps still takes. The first amount is where the clock begins: before it, things are compiled and
 *  opened. `now` in milliseconds. */
export function createWorkClock(now: () => number): (amount: Amount) => Work {
  let start: { message: string; done: number; at: number } | null = null
  let latest = 0
  return ({ message, done, total }) => {
    // The same work from the start again is another one: features at another layer.
    if (start === null || start.message !== message || done < latest) start = { message, done, at: now() }
    latest = done
    const seconds = (now() - start.at) / 1000
    const sinceStart = done - start.done
    const secondsLeft = total === null || sinceStart <= 0 ? null : (seconds / sinceStart) * Math.max(0, total - done)
    return { message, done, total, secondsLeft }
  }
}
