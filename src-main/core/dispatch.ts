import type { z } from 'zod'
import type { Log, RandomSource } from '../base/ports.ts'
import type { CallContext, ContractModule, RequestDef } from '../contract/define.ts'
import { GraftError } from '../contract/errors.ts'
import type { Reply } from '../contract/index.ts'
import { inputError } from './errors/input-error.ts'
import { requirePlain } from './errors/plain-input.ts'
import { replyError } from './errors/reply-error.ts'

type Handler = (input: unknown, context: CallContext) => unknown

export interface Route {
  readonly def: RequestDef
  readonly handler: Handler
}

/** Commands that stop something. They do not wait in the queue behind the very thing that they stop. */
const URGENT: ReadonlySet<string> = new Set(['jobs.cancel'])

/** `noun.verb` -> route. A Map: `__proto__` and the like are names like all others, and unknown. */
export function createRoutes(
  contract: Record<string, ContractModule>,
  services: Record<string, Record<string, unknown>>,
): Map<string, Route> {
  const routes = new Map<string, Route>()
  for (const [noun, module] of Object.entries(contract)) {
    for (const [verb, def] of Object.entries(module)) {
      if (def.kind !== 'request') continue
      const handler = services[noun]?.[verb]
      if (typeof handler !== 'function') throw new Error(`no handler for ${noun}.${verb}`)
      routes.set(`${noun}.${verb}`, { def, handler: handler as Handler })
    }
  }
  return routes
}

export type Dispatch = (name: string, input: unknown, context: CallContext) => Promise<Reply<unknown>>

/** Looks up, checks the input, runs the handler, checks the output. Never rejects. Commands run one at a time, in the order in
 *  which they came; reads run at once. */
export function createDispatch(
  routes: ReadonlyMap<string, Route>,
  ports: { log: Log; random: RandomSource },
): Dispatch {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  return async (name, input, context) => {
    try {
      const route = typeof name === 'string' ? routes.get(name) : undefined
      if (route === undefined) throw unknownRequest(name, routes)
      const parsed = parseInput(route.def.input, input)
      const work = (): Promise<unknown> => answer(name, route, parsed, context)
      const isQueued = route.def.mutates && !URGENT.has(name)
      return { ok: true, value: await (isQueued ? inTurn(work) : work()) }
    } catch (error) {
      return { ok: false, error: replyError(error, ports, String(name).slice(0, 100)) }
    }
  }
}

function parseInput(schema: z.ZodType, input: unknown): unknown {
  requirePlain(input)
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw inputError(parsed.error.issues, input)
  return parsed.data
}

async function answer(name: string, route: Route, input: unknown, context: CallContext): Promise<unknown> {
  if (context.signal.aborted) throw new GraftError('E_CANCELLED', 'The request was cancelled before it began.')
  const value = await route.handler(input, context)
  const parsed = route.def.output.safeParse(value)
  if (!parsed.success) throw new Error(`${name} answered what its contract forbids: ${parsed.error.message}`)
  return parsed.data
}

function unknownRequest(name: unknown, routes: ReadonlyMap<string, Route>): GraftError {
  const shown = String(name).slice(0, 100)
  const noun = shown.split('.')[0] ?? ''
  const near = [...routes.keys()].filter((known) => known.startsWith(`${noun}.`))
  const available = near.length > 0 ? near : [...new Set([...routes.keys()].map((known) => known.split('.')[0]))]
  return new GraftError(
    'E_UNKNOWN_REQUEST',
    `Expected the name of a request. Received: ${shown}. Available: ${available.join(', ')}.`,
    {
      fix: 'Use one of the names of src-main/contract/names.ts.',
    },
  )
}
