import type { ErrorReply } from '../../src-main/contract/errors.ts'
import type { RequestInput, RequestName, RequestOutput } from '../../src-main/contract/index.ts'
import type { Job } from '../../src-main/contract/workspace.ts'

export type Reply<N extends RequestName> =
  { readonly ok: true; readonly value: RequestOutput<N> } | { readonly ok: false; readonly error: ErrorReply }

export interface HttpClient {
  ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Reply<N>>
  /** The same for what must not be refused. */
  call<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>
  /** Waits for a job to end, however it does; throws when that takes longer. */
  jobEnd(jobId: string, milliseconds?: number): Promise<Job>
  /** Imports and waits; answers the dataset's id. */
  importDataset(source: string, options: RequestInput<'datasets.import'>['options']): Promise<string>
}

/** Speaks to a running loopback host as its window does. `address`: tells the one with the token, as it then is. */
export function httpClient(address: string | (() => string)): HttpClient {
  const ask: HttpClient['ask'] = async (name, input) => {
    const { origin, searchParams } = new URL(typeof address === 'string' ? address : address())
    const headers = { Authorization: `Bearer ${searchParams.get('token')}`, 'Content-Type': 'application/json' }
    const response = await fetch(`${origin}/rpc/${name}`, { method: 'POST', headers, body: JSON.stringify(input) })
    return (await response.json()) as Reply<typeof name>
  }
  const call: HttpClient['call'] = async (name, input) => {
    const reply = await ask(name, input)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`)
    return reply.value
  }
  const jobEnd: HttpClient['jobEnd'] = async (jobId, milliseconds = Infinity) => {
    for (const end = Date.now() + milliseconds; Date.now() < end;) {
      const job = await call('jobs.get', { jobId })
      if (job.status !== 'queued' && job.status !== 'running') return job
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the job ${jobId} did not end`)
  }
  return {
    ask,
    call,
    jobEnd,
    async importDataset(source, options) {
      const { jobId } = await call('datasets.import', { source, options })
      const job = await jobEnd(jobId)
      if (job.status !== 'done') throw new Error(`the import ended: ${job.message}`)
      return String(job.result?.['datasetId'])
    },
  }
}
