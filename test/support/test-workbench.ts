import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ports } from '../../src-main/base/ports.ts'
import { GraftError } from '../../src-main/contract/errors.ts'
import type {
  EventName,
  Events,
  Reply,
  RequestInput,
  RequestName,
  RequestOutput,
} from '../../src-main/contract/index.ts'
import { createWorkbench, type Workbench } from '../../src-main/core/workbench.ts'
import { pathSources } from '../../src-main/hosts/shared/path-sources.ts'
import type { FakeTrainer } from './fake-trainer.ts'
import { toyTrainer } from './toy-scripts.ts'

/** Ids stay unique when a folder is opened again. */
let ids = 0

const RESOURCES = fileURLToPath(new URL('../../resources/', import.meta.url))

export interface TestWorkbench {
  readonly workbench: Workbench
  readonly trainer: FakeTrainer
  /** A folder of its own; removed by `close`. */
  readonly folder: string
  readonly events: { name: EventName; payload: unknown }[]
  readonly errors: string[]
  call<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>
  /** As it comes, whatever the name and input. */
  raw(name: string, input: unknown, signal?: AbortSignal): Promise<Reply<unknown>>
  /** Resolves with the first event, past or to come, that passes. */
  when<N extends EventName>(name: N, test: (payload: Events[N]) => boolean): Promise<Events[N]>
  close(): Promise<void>
}

export interface TestOptions {
  readonly trainer?: FakeTrainer
  readonly host?: Ports['host']
  readonly folder?: string
  readonly resources?: string
  readonly now?: () => number
  readonly sources?: Ports['sources']
}

/** The real product over a fake trainer, in a folder of its own. */
export function testWorkbench(options: TestOptions = {}): TestWorkbench {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'graft-test-'))
  const trainer = options.trainer ?? toyTrainer()
  const errors: string[] = []
  const workbench = createWorkbench({ ...testPorts(folder, trainer, options), log: collectingLog(errors) })
  const events: TestWorkbench['events'] = []
  const listeners = new Set<() => void>()
  workbench.subscribe((name, payload) => {
    events.push({ name, payload })
    for (const listener of listeners) listener()
  })
  const raw: TestWorkbench['raw'] = (name, input, signal = new AbortController().signal) =>
    workbench.dispatch(name, input, { signal, origin: 'test' })
  return {
    workbench,
    trainer,
    folder,
    events,
    errors,
    raw,
    async call(name, input) {
      const reply = await raw(name, input)
      if (!reply.ok) throw GraftError.fromReply(reply.error)
      return reply.value as never
    },
    when(name, test) {
      const find = () => events.find((event) => event.name === name && test(event.payload as never))?.payload as never
      return new Promise((resolve) => {
        const look = (): void => {
          const found = find()
          if (found === undefined) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
      })
    },
    async close() {
      await workbench.close()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function testPorts(folder: string, trainer: FakeTrainer, options: TestOptions): Omit<Ports, 'log'> {
  return {
    host: options.host ?? 'test',
    version: '0.0.0-test',
    clock: { now: options.now ?? (() => Date.now()) },
    random: { id: (length) => (++ids).toString(36).padStart(length, '0') },
    trainer,
    sources: options.sources ?? pathSources,
    dialogs: { pick: async (kind) => ({ source: `/picked/${kind}`, label: kind }) },
    resourcesFolder: options.resources ?? RESOURCES,
    userFolder: join(folder, 'user'),
  }
}

function collectingLog(errors: string[]): Ports['log'] {
  const keep = (text: string, details?: Record<string, unknown>): void => {
    errors.push(`${text} ${JSON.stringify(details ?? {})}`)
  }
  return { info: () => undefined, warn: () => undefined, error: keep }
}

/** Makes the workspace `ws` in the workbench's folder, with the toy dataset in it. */
export async function openToyWorkspace(test: TestWorkbench): Promise<string> {
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
  return importToyDataset(test)
}

/** Imports the toy pictures and waits. */
export async function importToyDataset(test: TestWorkbench, name = 'toy'): Promise<string> {
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name } })
  const job = await test.when('jobs.changed', (payload) => payload.id === jobId && payload.status !== 'running')
  if (job.status !== 'done') throw new Error(`the import ended as ${job.status}: ${JSON.stringify(job.error)}`)
  return String(job.result?.['datasetId'])
}

export const TOY_SPEC = {
  name: 'toy run',
  dataset: 'toy',
  base: { architecture: 'lenet' },
  strategy: { type: 'fine-tuning' },
  epochs: 3,
  batchSize: 4,
} as const

/** Starts the toy run and waits until it no longer runs. */
export async function trainToyRun(test: TestWorkbench, more: Record<string, unknown> = {}): Promise<string> {
  const { runId } = await test.call('runs.start', { spec: { ...TOY_SPEC, ...more } })
  await test.when('runs.changed', (event) => event.runId === runId && !isUnderWay(event.run?.status))
  return runId
}

function isUnderWay(status: string | undefined): boolean {
  return status === 'queued' || status === 'running'
}
