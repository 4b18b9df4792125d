import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Dataset, ImportProblem } from '../../../src-main/contract/datasets.ts'
import { type FakeChild, finish } from '../../support/fake-trainer.ts'
import { testWorkbench, type TestWorkbench } from '../../support/test-workbench.ts'

const CASES = join(import.meta.dirname, '../../fixtures/cases')
let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
})
afterEach(() => test.close())

/** A table of rows whose features are the first cells and whose label is the last. */
function sendTable(child: FakeChild, rows: readonly string[][]): void {
  if (child.job.kind !== 'import') return
  mkdirSync(child.job.folder, { recursive: true })
  const pack = join(child.job.folder, 'table.bin')
  writeFileSync(pack, '')
  const classes = [...new Set(rows.map((row) => row.at(-1)!))]
  const labelColumns = [{ name: 'label', type: 'classification' as const, classes }]
  child.send({ type: 'schema', kind: 'table', pack, labelColumns, featureColumns: [] })
  const blank = { path: null, width: null, height: null, channels: null, thumb: null, split: null }
  const items = rows.map((row, i) => {
    const contentHash = row.slice(0, -1).join()
    return { ...blank, name: `row ${i + 1}`, row: i, contentHash, labels: { label: row.at(-1)! }, values: {} }
  })
  child.send({ type: 'items', items })
  finish(child)
}

async function imported(rows: readonly string[][], split: object): Promise<[Dataset, ImportProblem[]]> {
  test.trainer.script('import', (child) => sendTable(child, rows))
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'rows', split } })
  await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
  const [dataset] = await test.call('datasets.list', {})
  const { problems } = await test.call('datasets.problems', { datasetId: dataset!.id })
  return [dataset!, problems]
}

it('equal rows of a table are split like any others, at the import and when it is split anew', async () => {
  const rows = Array.from({ length: 2000 }, (_, i) => [`${i % 12}`, i % 3 ? 'yes' : 'no'])
  const [dataset, problems] = await imported(rows, {})
  expect(dataset.splitCounts).toEqual({ train: 1400, validation: 300, test: 300 })
  expect(problems).toMatchObject([{ code: 'duplicate', message: expect.stringContaining('1988 rows') }])
  const plan = { train: 0.5, validation: 0.25, test: 0.25, seed: 2, stratifyBy: 'label' }
  const again = await test.call('datasets.split', { datasetId: dataset.id, plan })
  expect(again.dataset.splitCounts.test).toBeGreaterThan(480)
})

it('a split that small classes keep from its shares is told', async () => {
  const text = readFileSync(join(CASES, '08-small-classes.csv'), 'utf8')
  const rows = text.trim().split(/\r?\n/).slice(1)
  const shares = { train: 0.9, validation: 0.05, test: 0.05 }
  const [dataset, problems] = await imported(
    rows.map((row) => row.split(',')),
    shares,
  )
  expect(dataset.splitCounts).toEqual({ train: 40, validation: 40, test: 40 })
  expect(problems.map(({ message }) => message).join()).toContain('asked for are 108 train, 6 validation, 6 test')
})
