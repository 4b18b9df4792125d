import { expect, it } from 'vitest'
import type { TrainerExit, TrainerLauncher } from '../../../src-main/base/ports.ts'
import type { ChildMessage, ParentMessage, TrainerJob } from '../../../src-main/contract/trainer.ts'
import { startingAgain } from '../../../src-main/hosts/shared/starting-again.ts'

type Handlers = Parameters<TrainerLauncher['launch']>[1]
const JOB = { kind: 'inspect' } as TrainerJob
const CANCEL: ParentMessage = { type: 'control', action: 'cancel' }
const READY = { type: 'ready', pid: 1, versions: {} } as ChildMessage

/** Processes that end when the test says so. */
function launched() {
  const starts: { handlers: Handlers; told: ParentMessage[] }[] = []
  const exits: TrainerExit[] = []
  const child = startingAgain({
    launch(_job, handlers) {
      const told: ParentMessage[] = []
      starts.push({ handlers, told })
      return { pid: starts.length, send: (message) => void told.push(message), kill: () => undefined }
    },
  }).launch(JOB, { onMessage: () => undefined, onExit: (exit) => void exits.push(exit) })
  return { child, starts, exits }
}
const ended = (more: Partial<TrainerExit>): TrainerExit => ({
  code: null,
  signal: null,
  stderr: '',
  reason: null,
  ...more,
})

it.each([{ signal: 'SIGINT' }, { signal: 'SIGHUP' }, { signal: 'SIGBREAK' }, { code: 0xc000013a }] as const)(
  'what %j ended before it said anything is started once more, and told the same',
  (exit) => {
    const { child, starts, exits } = launched()
    child.send(CANCEL)
    starts[0]!.handlers.onExit(ended(exit))
    expect([starts.length, exits, child.pid]).toEqual([2, [], 2])
    expect(starts[1]!.told).toEqual([CANCEL])
    starts[1]!.handlers.onExit(ended(exit))
    expect(exits).toEqual([ended(exit)])
  },
)

it.each([{ code: 1 }, { signal: 'SIGKILL' }, { code: 0 }] as const)('what ended by %j is not', (exit) => {
  const { starts, exits } = launched()
  starts[0]!.handlers.onExit(ended(exit))
  expect([starts.length, exits]).toEqual([1, [ended(exit)]])
})

it('what had spoken, or was to end, is not', () => {
  const spoke = launched()
  spoke.starts[0]!.handlers.onMessage(READY)
  spoke.starts[0]!.handlers.onExit(ended({ code: 0xc000013a }))
  const killed = launched()
  killed.child.kill()
  killed.starts[0]!.handlers.onExit(ended({ signal: 'SIGINT' }))
  expect([spoke.starts.length, killed.starts.length]).toEqual([1, 1])
})
