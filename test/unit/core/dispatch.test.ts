import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { command, request, type ContractModule } from '../../../src-main/contract/define.ts'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { createDispatch, createRoutes } from '../../../src-main/core/dispatch.ts'

const toy = {
  toy: {
    read: request(z.strictObject({ wait: z.number().optional() }), z.number()),
    write: command(z.strictObject({ value: z.int().min(1).max(9) }), z.number()),
    fail: request(z.strictObject({}), z.object({})),
    refuse: request(z.strictObject({}), z.object({})),
    lie: request(z.strictObject({}), z.object({ count: z.int() })),
    circle: request(z.strictObject({}), z.object({})),
  },
} satisfies Record<string, ContractModule>

function setUp() {
  const order: string[] = []
  const logged: string[] = []
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (text: string, details?: object) => void logged.push(`${text} ${JSON.stringify(details)}`),
  }
  const handlers = {
    read: () => 1,
    write: async ({ value }: { value: number }) => {
      order.push(`begin ${value}`)
      await new Promise((resolve) => setTimeout(resolve, 10 - value))
      order.push(`end ${value}`)
      if (value === 2) throw new Error('in the middle')
      return value
    },
    fail: () => {
      throw new Error('secret path /home/x')
    },
    refuse: () => {
      throw new GraftError('E_NOT_FOUND', 'Expected a thing.', {
        fix: 'Find it.',
        details: { names: ['a'], skip: undefined },
      })
    },
    lie: () => ({ count: 1.5 }),
    circle: () => {
      const details: Record<string, unknown> = {}
      details['self'] = details
      throw new GraftError('E_NOT_FOUND', 'Expected a thing.', { details })
    },
  }
  const dispatch = createDispatch(createRoutes(toy, { toy: handlers }), { log, random: { id: () => 'abc' } })
  const call = (name: string, input: unknown = {}, signal = new AbortController().signal) =>
    dispatch(name, input, { signal, origin: 'test' })
  return { call, order, logged }
}

describe('dispatch', () => {
  it('runs commands one at a time, in order, also after one that failed; reads pass', async () => {
    const { call, order } = setUp()
    const writes = [1, 2, 3].map((value) => call('toy.write', { value }))
    expect(await call('toy.read')).toEqual({ ok: true, value: 1 })
    const replies = await Promise.all(writes)
    expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
    expect(replies.map((reply) => reply.ok)).toEqual([true, false, true])
  })

  it('never rejects: bugs become E_INTERNAL with an id, and their text stays in the log', async () => {
    const { call, logged } = setUp()
    const reply = await call('toy.fail')
    expect(reply).toMatchObject({ ok: false, error: { code: 'E_INTERNAL', details: { id: 'abc' } } })
    expect(JSON.stringify(reply)).not.toContain('secret')
    expect(logged[0]).toContain('secret path')
  })

  it('passes known errors on, with what survives JSON', async () => {
    const { call, logged } = setUp()
    const error = { code: 'E_NOT_FOUND', message: 'Expected a thing.', fix: 'Find it.', details: { names: ['a'] } }
    expect(await call('toy.refuse')).toEqual({ ok: false, error })
    expect(await call('toy.circle')).toEqual({
      ok: false,
      error: { code: 'E_NOT_FOUND', message: 'Expected a thing.' },
    })
    expect(logged).toEqual([])
  })

  it('holds handlers to their output', async () => {
    const { call, logged } = setUp()
    expect(await call('toy.lie')).toMatchObject({ ok: false, error: { code: 'E_INTERNAL' } })
    expect(logged[0]).toContain('toy.lie answered what its contract forbids')
  })

  it('drops a command whose caller is gone before its turn', async () => {
    const { call, order } = setUp()
    const gone = new AbortController()
    const first = call('toy.write', { value: 1 })
    const second = call('toy.write', { value: 3 }, gone.signal)
    gone.abort()
    expect(await second).toMatchObject({ ok: false, error: { code: 'E_CANCELLED' } })
    await first
    expect(order).toEqual(['begin 1', 'end 1'])
  })

  it('refuses a contract without its handlers', () => {
    expect(() => createRoutes(toy, { toy: {} })).toThrow('no handler for toy.read')
  })

  it.each([
    [{ value: 0 }, 'Expected `value` to be at least 1. Received: 0.'],
    [{ value: 10 }, 'Expected `value` to be at most 9. Received: 10.'],
    [{ value: 1.5 }, 'Expected `value` to be an integer. Received: 1.5.'],
    [{ value: 'x' }, 'Expected `value` to be a number. Received: "x".'],
    [{}, 'Expected `value` to be a number. Received: nothing.'],
    [{ value: 1, other: 2 }, 'Expected the input to be without the unknown `other`. Received: {"value":1,"other":2}.'],
    [[], 'Expected the input to be an object. Received: [].'],
    [undefined, 'Expected the input to be an object. Received: nothing.'],
  ])('says what is wrong with %j', async (input, message) => {
    const { call } = setUp()
    // undefined would become the default argument
    const reply = await (input === undefined ? call('toy.write', null) : call('toy.write', input))
    const expected = input === undefined ? message.replace('nothing', 'null') : message
    expect(reply).toMatchObject({ ok: false, error: { code: 'E_INPUT', message: expected } })
  })
})
