import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isErrorCode } from '../../src-main/contract/errors.ts'
import { contract, type Reply, type RequestName } from '../../src-main/contract/index.ts'
import { REQUEST_NAMES } from '../../src-main/contract/names.ts'
import type { RequestDef } from '../../src-main/contract/define.ts'
import { type CaseContext, caseContext, CONTRACT_CASES, type ContractCase } from './contract-cases.ts'
import { testWorkbench, type TestWorkbench } from './test-workbench.ts'

/** One way to the core: in memory, over HTTP ... */
export interface Transport {
  call(name: string, input: unknown): Promise<Reply<unknown>>
  close(): Promise<void>
}

/** The same cases for every transport: each request with a good input, malformed ones, unknown names. */
export function contractSuite(name: string, connect: (test: TestWorkbench) => Promise<Transport>): void {
  describe(`the contract, ${name}`, () => {
    let shared: Connected
    beforeAll(async () => {
      shared = await connected(connect)
    }, 30_000)
    afterAll(() => shared.close())

    describe.each([...REQUEST_NAMES])('%s', (request) => {
      const { alone } = CONTRACT_CASES[request]
      const within = async (work: (to: Connected) => Promise<void>): Promise<void> => {
        if (!alone) return work(shared)
        const own = await connected(connect)
        try {
          await work(own)
        } finally {
          await own.close()
        }
      }
      it('answers a good input', () => within((to) => checkGood(request, to)))
      it('refuses malformed inputs', () => checkMalformed(request, shared))
      const { bad = [] } = CONTRACT_CASES[request]
      if (bad.length > 0) it('names what is wrong', () => checkBad(request, shared))
    })

    it.each([
      'nowhere',
      'runs',
      'runs.',
      'runs.nowhere',
      'RUNS.list',
      '__proto__',
      'constructor',
      'runs.__proto__',
      'runs.constructor',
    ])('does not know %s', async (unknown) => {
      const reply = await shared.transport.call(unknown, {})
      expect(reply).toMatchObject({ ok: false, error: { code: 'E_UNKNOWN_REQUEST' } })
    })

    it('reported no bug while all of this ran', () => expect(shared.context.test.errors).toEqual([]))
  })
}

interface Connected {
  readonly context: CaseContext
  readonly transport: Transport
  close(): Promise<void>
}

async function connected(connect: (test: TestWorkbench) => Promise<Transport>): Promise<Connected> {
  const test = testWorkbench()
  const context = await caseContext(test)
  const transport = await connect(test)
  return {
    context,
    transport,
    async close() {
      await transport.close()
      await test.close()
    },
  }
}

function definition(request: RequestName): RequestDef {
  const [noun = '', verb = ''] = request.split('.')
  return (contract as Record<string, Record<string, unknown>>)[noun]?.[verb] as RequestDef
}

async function checkGood(request: RequestName, { context, transport }: Connected): Promise<void> {
  const entry = CONTRACT_CASES[request] as ContractCase<RequestName>
  const input = await entry.good(context)
  const reply = await transport.call(request, input)
  expect(reply).toMatchObject({ ok: true })
  if (!reply.ok) return
  expect(definition(request).output.parse(reply.value)).toEqual(reply.value)
  await entry.check?.(reply.value as never, context)
}

async function checkBad(request: RequestName, { context, transport }: Connected): Promise<void> {
  for (const [code, make] of CONTRACT_CASES[request].bad ?? []) {
    const reply = await transport.call(request, make(context))
    expect(reply).toMatchObject({ ok: false, error: { code } })
    expectReadable(reply)
  }
}

async function checkMalformed(request: RequestName, { transport }: Connected): Promise<void> {
  const malformed = [
    'a text',
    42,
    true,
    [],
    [{}],
    { nowhere: 1 },
    JSON.parse('{"__proto__":{"polluted":1}}'),
    { constructor: 1 },
  ]
  for (const input of malformed) {
    const reply = await transport.call(request, input)
    expect(reply, JSON.stringify(input)).toMatchObject({ ok: false, error: { code: 'E_INPUT' } })
    expectReadable(reply)
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
}

/** Every refusal says what was expected and what to do. */
function expectReadable(reply: Reply<unknown>): void {
  if (reply.ok) return
  expect(isErrorCode(reply.error.code)).toBe(true)
  expect(reply.error.message.length).toBeGreaterThan(15)
  expect(reply.error.fix?.length ?? 0).toBeGreaterThan(5)
}
