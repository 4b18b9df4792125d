import { expect, test, vi } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { createSpeaker } from '../../../src-main/trainer/speaker.ts'

/** A line that takes messages over at once and delivers them later, in their order, unless the process has ended by then. */
function lateLine() {
  const delivered: unknown[] = []
  let isGone = false
  const under: unknown[] = []
  return {
    delivered,
    deliver: (): void => {
      if (!isGone) delivered.push(...under.splice(0))
    },
    exit: vi.fn(() => (isGone = true)),
    channel: {
      post: async (message: unknown) => void under.push(message),
      onMessage: () => undefined,
      onGone: () => undefined,
    },
  }
}

test('stays after its last message until the parent has it', async () => {
  const line = lateLine()
  const speaker = createSpeaker(line.channel, line.exit)
  await speaker.send({ type: 'heartbeat', memoryBytes: 1 })
  speaker.end({ type: 'done', outcome: 'finished' })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(line.exit).not.toHaveBeenCalled()
  line.deliver()
  expect(line.delivered).toEqual([
    { type: 'heartbeat', memoryBytes: 1 },
    { type: 'done', outcome: 'finished' },
  ])
  speaker.leave()
  expect(line.exit).toHaveBeenCalledExactlyOnceWith(0)
})

test('says one end, and nothing after it', async () => {
  const line = lateLine()
  const speaker = createSpeaker(line.channel, line.exit)
  speaker.fail(new GraftError('E_INPUT', 'Expected a. Received: b.', { fix: 'Give a.' }))
  speaker.end({ type: 'done', outcome: 'finished' })
  await speaker.send({ type: 'heartbeat', memoryBytes: 1 })
  line.deliver()
  expect(line.delivered).toEqual([
    { type: 'failed', error: expect.objectContaining({ code: 'E_INPUT', fix: 'Give a.' }) },
  ])
})

test('goes when the parent is gone, and says a message that cannot be sent', async () => {
  const exit = vi.fn()
  const gone = Object.assign(new Error('closed'), { code: 'ERR_IPC_CHANNEL_CLOSED' })
  const posted: unknown[] = []
  const failing = (error: Error, times: number) => ({
    post: async (message: unknown) => {
      posted.push(message)
      if (times-- > 0) throw error
    },
    onMessage: () => undefined,
    onGone: () => undefined,
  })
  await createSpeaker(failing(gone, 9), exit).send({ type: 'heartbeat', memoryBytes: 1 })
  expect(exit).toHaveBeenCalledExactlyOnceWith(0)
  posted.length = 0
  await createSpeaker(failing(new TypeError('circular'), 1), exit).send({ type: 'heartbeat', memoryBytes: 1 })
  expect(posted[1]).toMatchObject({ type: 'failed', error: { code: 'E_INTERNAL', message: 'circular' } })
  expect(exit).toHaveBeenCalledOnce()
})

test.each([
  ['EACCES', 'E_ACCESS'],
  ['EROFS', 'E_ACCESS'],
  ['ENOSPC', 'E_DISK_FULL'],
  ['ENOTDIR', 'E_SOURCE_PATH'],
  ['EISDIR', 'E_SOURCE_PATH'],
  ['ECHILD', 'E_INTERNAL'],
])('says what a failure of the system (%s) means to a user', (code, expected) => {
  const line = lateLine()
  createSpeaker(line.channel, line.exit).fail(Object.assign(new Error(`${code}: open '/x'`), { code }))
  line.deliver()
  expect(line.delivered).toEqual([
    expect.objectContaining({ type: 'failed', error: expect.objectContaining({ code: expected }) }),
  ])
})
