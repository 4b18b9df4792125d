import type { Client, Events, RequestInput, RequestName, RequestOutput } from '../../src-main/contract/index.ts'
import type { CallContext, Handlers } from '../../src-main/contract/define.ts'
import type { jobs, Job } from '../../src-main/contract/workspace.ts'
import type { REQUEST_NAMES } from '../../src-main/contract/names.ts'
import type { ExperimentSpec, ExperimentSpecInput } from '../../src-main/contract/spec.ts'

/** Checked by the compiler alone (npm run types): a line that no longer holds does not compile. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Expect<T extends true> = T

export type Checks = [
  Expect<Equal<RequestName, (typeof REQUEST_NAMES)[number]>>,
  Expect<Equal<RequestInput<'runs.start'>, { spec: ExperimentSpecInput }>>,
  Expect<Equal<RequestOutput<'runs.start'>, { runId: string }>>,
  Expect<Equal<RequestInput<'jobs.get'>, { jobId: string }>>,
  Expect<Equal<Events['jobs.changed'], Job>>,
  // Handlers get what the schema made of the input: every default is there.
  Expect<Equal<Parameters<Handlers<typeof jobs>['get']>, [input: { jobId: string }, context: CallContext]>>,
  Expect<Equal<ExperimentSpec['epochs'], number>>,
  Expect<Equal<ExperimentSpecInput['epochs'], number | undefined>>,
]

export async function calls(client: Client): Promise<void> {
  const { runId } = await client.call('runs.start', {
    spec: { dataset: 'photos', base: 'lenet', strategy: { type: 'fine-tuning' } },
  })
  const id: string = runId
  // @ts-expect-error an unknown request
  await client.call('runs.nowhere', {})
  // @ts-expect-error a missing field
  await client.call('runs.get', {})
  // @ts-expect-error a number where a text is due
  await client.call('runs.get', { runId: 7 })
  client.on('runs.changed', ({ run }) => run?.metrics['train.loss']?.best.toFixed(id.length))
  // @ts-expect-error an unknown event
  client.on('runs.nowhere', () => undefined)
}
