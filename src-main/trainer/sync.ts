import type { ChildMessage } from '../contract/trainer.ts'

/** The question whether the parent has recorded what was sent, and its answers. */
export function createSync(send: (message: ChildMessage) => Promise<void>) {
  const waiting = new Map<number, () => void>()
  let last = 0
  return {
    recorded: (): Promise<void> =>
      new Promise((resolve) => {
        waiting.set(++last, resolve)
        void send({ type: 'sync', id: last })
      }),
    answer(id: number): void {
      waiting.get(id)?.()
      waiting.delete(id)
    },
  }
}
