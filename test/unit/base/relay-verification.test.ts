import { expect, test } from 'vitest'
import type { TrainerExit, TrainerLauncher } from '../../../src-main/base/ports.ts'
import { relayVerification } from '../../../src-main/base/relay-verification.ts'
import type { ChildMessage, ParentMessage, TrainerJob, VerifyJob } from '../../../src-main/contract/trainer.ts'

type Handlers = Parameters<TrainerLauncher['launch']>[1]
interface Child extends Handlers {
  readonly job: TrainerJob
  readonly sent: ParentMessage[]
  kills: number
}

const ENDED: TrainerExit = { code: 0, signal: null, stderr: '', reason: null }
const LOST: TrainerExit = { code: null, signal: 'SIGSEGV', stderr: '', reason: null }
const EXPORT = { kind: 'export' } as unknown as TrainerJob
const VERIFY = { kind: 'verify' } as unknown as VerifyJob
const OUTPUTS = [[[0.25, 0.75]]]
const VERIFIED = { type: 'verified', outputs: OUTPUTS } as unknown as ChildMessage
const DONE = { type: 'done' } as unknown as ChildMessage

/** An export that has been launched through the relay, and every process that was. */
function launched() {
  const children: Child[] = []
  const told: unknown[] = []
  const launcher = relayVerification({
    launch(job, handlers) {
      const child: Child = { job, ...handlers, sent: [], kills: 0 }
      children.push(child)
      return {
        pid: children.length,
        send: (message) => void child.sent.push(message),
        kill: () => void child.kills++,
      }
    },
  })
  const own = launcher.launch(EXPORT, {
    onMessage: (message) => void told.push(message),
    onExit: (exit) => void told.push(exit),
  })
  return { children, told, own, first: children[0]! }
}

test('other messages and the exit are handed on', () => {
  const { first, told, own, children } = launched()
  expect(own.pid).toBe(1)
  first.onMessage(DONE)
  first.onExit(ENDED)
  expect(told).toEqual([DONE, ENDED])
  expect(children).toHaveLength(1)
})

/** What the export hears when the second process says this and ends so. */
function answerOf(messages: readonly ChildMessage[], exit: TrainerExit): ParentMessage[] {
  const { first, told, children } = launched()
  first.onMessage({ type: 'verify', job: VERIFY })
  expect(children[1]!.job).toBe(VERIFY)
  for (const message of messages) children[1]!.onMessage(message)
  expect(first.sent).toEqual([])
  children[1]!.onExit(exit)
  expect(told).toEqual([])
  return first.sent
}

test('verify launches a second process, whose outputs go back', () => {
  expect(answerOf([VERIFIED, DONE], ENDED)).toEqual([{ type: 'verification', outputs: OUTPUTS, error: null }])
})

test('what a program answered goes back, too', () => {
  const answer = { notRun: 'there is no Python here' }
  expect(answerOf([{ type: 'answered', answer }, DONE], ENDED)).toEqual([
    { type: 'verification', outputs: null, answer, error: null },
  ])
})

test('outputs of a process that failed, or was lost before it was done, do not count', () => {
  const failed = { type: 'failed', error: { code: 'E_MODEL_FILE', message: 'no weights' } } as unknown as ChildMessage
  expect(answerOf([VERIFIED, failed], ENDED)).toEqual([{ type: 'verification', outputs: null, error: 'no weights' }])
  expect(answerOf([VERIFIED], LOST)).toEqual([
    { type: 'verification', outputs: null, error: expect.stringContaining('signal SIGSEGV') as string },
  ])
})

test('a process that is done without outputs has verified nothing', () => {
  expect(answerOf([DONE], ENDED)).toEqual([
    {
      type: 'verification',
      outputs: null,
      error: expect.stringMatching(/^Loading the export in a clean process: /) as string,
    },
  ])
})

test('who verifies ends with the export, and one that has ended is left alone', () => {
  const { first, children, told } = launched()
  first.onMessage({ type: 'verify', job: VERIFY })
  first.onMessage({ type: 'verify', job: VERIFY })
  children[1]!.onExit(ENDED)
  first.onExit(LOST)
  expect(children.map(({ kills }) => kills)).toEqual([0, 0, 1])
  expect(told).toEqual([LOST])
})
