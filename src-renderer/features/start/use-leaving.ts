import { shallowRef, type ShallowRef } from 'vue'
import { client } from '../../app/client.ts'
import { type LeaveQuestion, leaveQuestion } from './leave-question.ts'

export interface Leaving {
  /** Being asked; null: nothing is. */
  readonly question: ShallowRef<LeaveQuestion | null>
  /** Whether the open workspace may make way: at once where nothing is under way in it, otherwise as the user answers. */
  ask(): Promise<boolean>
  answer(leaves: boolean): void
}

/** Asks before a training is paused, or a job dropped, because another workspace is opened. */
export function useLeaving(): Leaving {
  const question = shallowRef<LeaveQuestion | null>(null)
  let resolve: (leaves: boolean) => void = () => undefined
  return {
    question,
    async ask() {
      const [{ runs }, jobs] = await Promise.all([
        client.call('runs.list', { filter: { status: ['running', 'queued'] } }),
        client.call('jobs.list', {}),
      ])
      const asked = leaveQuestion(
        runs,
        jobs.filter(({ status }) => status === 'running'),
      )
      if (asked === null) return true
      question.value = asked
      return new Promise((done) => (resolve = done))
    },
    answer(leaves) {
      question.value = null
      resolve(leaves)
    },
  }
}
