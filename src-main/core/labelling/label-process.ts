import type { AnswerOf, LabelAnswer, LabelQuestion } from '../../contract/label-questions.ts'
import type { TrainerLauncher, TrainerProcess } from '../../base/ports.ts'
import type { ChildMessage, LabelJob } from '../../contract/trainer.ts'
import { childError, runChildJob } from '../background/child-job.ts'
import { labellingOff } from './labelling-off.ts'

export type ReadyToLabel = Extract<ChildMessage, { type: 'ready-to-label' }>

/** The process that holds a dataset's features. */
export interface LabelProcess {
  /** Rejects when it ends before. */
  readonly ready: Promise<ReadyToLabel>
  /** Resolves when it has ended, with why; null: it was told to. */
  readonly ended: Promise<unknown>
  ask<Q extends LabelQuestion>(question: Q): Promise<AnswerOf<Q['kind']>>
}

interface Waiting {
  readonly kind: LabelQuestion['kind']
  readonly resolve: (answer: LabelAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Starts it; `signal` ends it, whatever it does then. */
export function startLabelProcess(options: {
  readonly trainer: TrainerLauncher
  readonly job: LabelJob
  readonly signal: AbortSignal
  readonly onProgress: (what: string, done: number, total: number | null) => void
}): LabelProcess {
  const waiting = new Map<number, Waiting>()
  let child: TrainerProcess | null = null
  let last = 0
  let isReady: (ready: ReadyToLabel) => void
  const ready = new Promise<ReadyToLabel>((resolve) => (isReady = resolve))
  const take = (id: number): Waiting | undefined => {
    const one = waiting.get(id)
    waiting.delete(id)
    return one
  }
  const run = runChildJob({
    ...options,
    onStart: (started) => (child = started),
    onMessage(message) {
      if (message.type === 'progress') options.onProgress(message.message, message.done, message.total)
      if (message.type === 'ready-to-label') isReady(message)
      if (message.type === 'refused') take(message.id)?.reject(childError(message.error, undefined))
      if (message.type === 'answer') {
        const asked = take(message.id)
        if (asked === undefined) return
        if (asked.kind !== message.answer.kind) throw new Error(`asked for ${asked.kind}, got ${message.answer.kind}`)
        asked.resolve(message.answer)
      }
    },
  })
  const ended = run
    .then(
      () => null,
      (error: unknown) => (options.signal.aborted ? null : error),
    )
    .then((why: unknown) => {
      child = null
      for (const one of waiting.values()) one.reject(why ?? labellingOff())
      waiting.clear()
      return why
    })
  return {
    ready: Promise.race([ready, run.then(() => Promise.reject(labellingOff()))]),
    ended,
    ask<Q extends LabelQuestion>(question: Q) {
      return new Promise<LabelAnswer>((resolve, reject) => {
        if (child === null) return reject(labellingOff())
        waiting.set(++last, { kind: question.kind, resolve, reject })
        child.send({ type: 'ask', id: last, question })
      }) as Promise<AnswerOf<Q['kind']>>
    },
  }
}
