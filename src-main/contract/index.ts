import { analyses } from './analyses.ts'
import { datasets } from './datasets.ts'
import type { EventMap, RequestMap } from './define.ts'
import type { ErrorReply } from './errors.ts'
import { failures } from './failures.ts'
import { history } from './history.ts'
import { labelling } from './labelling.ts'
import { models } from './models.ts'
import { opinions } from './opinions.ts'
import { precision } from './precision.ts'
import { runs } from './runs.ts'
import { studies } from './studies.ts'
import { jobs, system, workspace } from './workspace.ts'

/** Everything a window, the command line or a script can ask of Graft, by noun. */
export const contract = {
  workspace,
  system,
  jobs,
  failures,
  datasets,
  labelling,
  history,
  opinions,
  models,
  precision,
  runs,
  analyses,
  studies,
} as const
export type Contract = typeof contract

export type Requests = RequestMap<Contract>
export type RequestName = keyof Requests & string
export type RequestInput<N extends RequestName> = Requests[N] extends { input: infer I } ? I : never
export type RequestOutput<N extends RequestName> = Requests[N] extends { output: infer O } ? O : never

export type Events = EventMap<Contract>
export type EventName = keyof Events & string

/** The reply of every transport. A dispatch never rejects. */
export type Reply<T> = { ok: true; value: T } | { ok: false; error: ErrorReply }

/** What the renderer and the command line talk to, whatever lies between. */
export interface Client {
  call<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void
}
