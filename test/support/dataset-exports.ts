import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Dataset, DatasetFormat, ImportOptions } from '../../src-main/contract/datasets.ts'
import type { Job } from '../../src-main/contract/workspace.ts'
import { encodePng } from '../../src-main/data/png.ts'
import { runImport } from '../../src-main/trainer/jobs/import.ts'
import { finish } from './fake-trainer.ts'
import { testWorkbench, type TestWorkbench } from './test-workbench.ts'

/** From now on an import reads its source, in this process. */
export function importForReal(test: TestWorkbench): void {
  test.trainer.script('import', async (child) => {
    if (child.job.kind !== 'import') return
    try {
      await runImport(child.job, { send: async (message) => child.send(message), signal: new AbortController().signal })
      finish(child)
    } catch (error) {
      child.exit(1, null, String(error))
    }
  })
}

/** A workbench with an empty workspace, which imports for real. */
export async function importingWorkbench(folder?: string): Promise<TestWorkbench> {
  const test = testWorkbench(folder === undefined ? {} : { folder })
  importForReal(test)
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
  return test
}

/** A picture of its own for each number. */
export function picture(number: number): Uint8Array {
  return encodePng(
    Uint8Array.from({ length: 36 }, (_, i) => (i * 3 + number * 17) % 256),
    4,
    3,
    3,
  )
}

export function writeIn(test: TestWorkbench, name: string, content: string | Uint8Array): string {
  const path = join(test.folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

export function ended(test: TestWorkbench, jobId: string): Promise<Job> {
  return test.when('jobs.changed', ({ id, status }) => id === jobId && status !== 'running')
}

export async function importAs(
  test: TestWorkbench,
  name: string,
  source: string,
  options: Partial<ImportOptions> = {},
): Promise<Dataset> {
  const { jobId } = await test.call('datasets.import', { source, options: { name, ...options } })
  const job = await ended(test, jobId)
  if (job.error !== null) throw new Error(job.error.message)
  return test.call('datasets.get', { datasetId: String(job.result?.['datasetId']) })
}

export interface Export {
  readonly format: DatasetFormat
  readonly version?: number
  readonly link?: boolean
}

export async function exportTo(test: TestWorkbench, datasetId: string, folder: string, wanted: Export): Promise<Job> {
  const { jobId } = await test.call('datasets.export', { datasetId, folder, ...wanted })
  return ended(test, jobId)
}
