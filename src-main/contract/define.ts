import type { z } from 'zod'

/** One request of the contract: what goes in, what comes out, and whether it changes the workspace.
 *  Requests that change something run one at a time (core/dispatch.ts). */
export interface RequestDef<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'request'
  readonly input: I
  readonly output: O
  readonly mutates: boolean
}

/** One event of the contract. Events announce state that is already stored; they never drive control flow. */
export interface EventDef<P extends z.ZodType = z.ZodType> {
  readonly kind: 'event'
  readonly payload: P
}

export function request<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): RequestDef<I, O> {
  return { kind: 'request', input, output, mutates: false }
}

/** A request that changes the workspace. */
export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): RequestDef<I, O> {
  return { kind: 'request', input, output, mutates: true }
}

export function event<P extends z.ZodType>(payload: P): EventDef<P> {
  return { kind: 'event', payload }
}

export type ContractModule = Record<string, RequestDef | EventDef>

type RequestsOf<M> = { [K in keyof M as M[K] extends RequestDef ? K : never]: M[K] }
type EventsOf<M> = { [K in keyof M as M[K] extends EventDef ? K : never]: M[K] }

/** What every handler gets beside its input. */
export interface CallContext {
  readonly signal: AbortSignal
  /** Which host the call came through, for the log. */
  readonly origin: 'electron' | 'http' | 'cli' | 'test'
}

type HandlerOf<D> =
  D extends RequestDef<infer I, infer O>
    ? (input: z.output<I>, context: CallContext) => z.input<O> | Promise<z.input<O>>
    : never

/** What a service implements for one module of the contract. */
export type Handlers<M extends ContractModule> = { [K in keyof RequestsOf<M>]: HandlerOf<M[K]> }

/** `noun.verb` -> input and output types, over a whole contract `{ noun: module }`. */
export type RequestMap<C extends Record<string, ContractModule>> = UnionToIntersection<
  {
    [N in keyof C & string]: {
      [V in keyof RequestsOf<C[N]> & string as `${N}.${V}`]: C[N][V] extends RequestDef<infer I, infer O>
        ? { input: z.input<I>; output: z.output<O> }
        : never
    }
  }[keyof C & string]
>

/** `noun.happened` -> payload type, over a whole contract. */
export type EventMap<C extends Record<string, ContractModule>> = UnionToIntersection<
  {
    [N in keyof C & string]: {
      [V in keyof EventsOf<C[N]> & string as `${N}.${V}`]: C[N][V] extends EventDef<infer P> ? z.output<P> : never
    }
  }[keyof C & string]
>

type UnionToIntersection<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? I : never
