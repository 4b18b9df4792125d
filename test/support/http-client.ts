import type { RequestInput, RequestName, RequestOutput } from '../../src-main/contract/index.ts'

export interface HttpClient {
  call<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>
  /** Imports and waits; answers the dataset's id. */
  importDataset(source: string, options: RequestInput<'datasets.import'>['options']): Promise<string>
}

/** Speaks to a running loopback host as its window does. `address` is the one with the token. */
export function httpClient(address: string): HttpClient {
  const { origin, searchParams } = new URL(address)
  const headers = { Authorization: `Bearer ${searchParams.get('token')}`, 'Content-Type': 'application/json' }
  const call: HttpClient['call'] = async (name, input) => {
    const response = await fetch(`${origin}/rpc/${name}`, { method: 'POST', headers, body: JSON.stringify(input) })
    const reply = (await response.json()) as { ok: boolean; value: never; error: { message: string } }
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
    return reply.value
  }
  return {
    call,
    async importDataset(source, options) {
      const { jobId } = await call('datasets.import', { source, options })
      for (;;) {
        const job = await call('jobs.get', { jobId })
        if (job.status === 'done') return String(job.result?.['datasetId'])
        if (job.status !== 'queued' && job.status !== 'running') throw new Error(`the import ended: ${job.message}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
  }
}
