import type { TrainerExit, TrainerProcess } from '../../src-main/base/ports.ts'
import type { ChildMessage, TrainerJob } from '../../src-main/contract/trainer.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'
import { TRAINER } from './programs.ts'

export interface Launched {
  readonly process: TrainerProcess
  readonly messages: ChildMessage[]
  /** Resolves with the exit; counts how often it was told. */
  readonly ended: Promise<TrainerExit>
  readonly exits: TrainerExit[]
  /** Resolves at the first message that fits. */
  first<T extends ChildMessage['type']>(type: T): Promise<Extract<ChildMessage, { type: T }>>
}

/** Runs a job in a real trainer process. */
export function launchJob(job: TrainerJob, entry = TRAINER): Launched {
  const messages: ChildMessage[] = []
  const exits: TrainerExit[] = []
  const waiting: { type: string; resolve: (message: never) => void }[] = []
  const end = Promise.withResolvers<TrainerExit>()
  const process = nodeLauncher({ entry }).launch(job, {
    onMessage(message) {
      messages.push(message)
      for (const one of waiting) if (one.type === message.type) one.resolve(message as never)
    },
    onExit(exit) {
      exits.push(exit)
      end.resolve(exit)
    },
  })
  return {
    process,
    messages,
    exits,
    ended: end.promise,
    first: (type) =>
      new Promise((resolve) => {
        const known = messages.find((message) => message.type === type)
        if (known === undefined) waiting.push({ type, resolve: resolve as (message: never) => void })
        else resolve(known as never)
      }),
  }
}
