import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PrecisionReport } from '../../../src-main/contract/precision.ts'
import { precisionProblems } from '../../../src-main/core/planning/precision-problems.ts'
import { vitTiny16 } from '../../../src-main/learning/architectures/vit-tiny-16.ts'
import { Manifest } from '../../../src-main/contract/trainer.ts'
import { TOY_PRECISIONS } from '../../support/toy-precisions.ts'
import { trainUntilTold } from '../../support/toy-scripts.ts'
import { finish } from '../../support/fake-trainer.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench, TOY_SPEC } from '../../support/test-workbench.ts'

/** Which instructions the CPU has, as the tests say. */
const cpu = vi.hoisted(() => ({ bfloat16: true, int8: true }))
vi.mock('../../../src-main/base/cpu-features.ts', async (original) => ({
  ...(await original<object>()),
  hasBfloat16: () => cpu.bfloat16,
  int8Refusal: () => (cpu.int8 ? null : 'the CPU has no VNNI'),
}))

const FROZEN = { ...TOY_SPEC, base: 'efficientnet-lite0', strategy: { type: 'feature-extraction' } }
type Spec = typeof FROZEN & Record<string, unknown>

let test: TestWorkbench
let datasetId: string

beforeEach(async () => {
  Object.assign(cpu, { bfloat16: true, int8: true })
  test = testWorkbench()
  datasetId = await openToyWorkspace(test)
})
afterEach(() => test.close())

async function measure(spec: Record<string, unknown> = FROZEN) {
  const { jobId } = await test.call('precision.measure', { spec: spec as Spec })
  return test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running' && job.status !== 'queued')
}

const reportOf = async (more: Record<string, unknown> = {}): Promise<PrecisionReport | null> =>
  (await test.call('precision.report', { spec: { ...FROZEN, ...more } as Spec })).report

async function problemsOf(more: Record<string, unknown>) {
  const { problems } = await test.call('runs.preflight', { spec: { ...FROZEN, ...more } as Spec })
  return problems.filter(({ code }) => code.startsWith('precision'))
}

const folder = () => join(test.folder, 'ws', 'precision')

it('is measured once and kept with what it was measured of', async () => {
  expect(await reportOf()).toBeNull()
  const job = await measure()
  expect(job).toMatchObject({ status: 'done', kind: 'measure-precision' })
  const report = await reportOf()
  expect(job.result).toEqual({ report })
  expect(report).toMatchObject({ ...TOY_PRECISIONS, dataset: 'toy', datasetVersion: 1 })
  expect(report?.base).toContain('EfficientNet')
  expect(test.events.filter(({ name }) => name === 'precision.changed')).toHaveLength(1)
  // How the head learns, and in which precision, is not what was measured; what the frozen part is, is.
  expect(await reportOf({ epochs: 7, seed: 9, prefixPrecision: 'int8', batchSize: 8 })).toEqual(report)
  expect(await reportOf({ inputSize: 96 })).toBeNull()
  expect(await reportOf({ cut: 'block3' })).toBeNull()
  await test.call('workspace.close', {})
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: false })
  expect(await reportOf()).toEqual(report)
})

it('gives a later version of the dataset what was measured of an earlier one, with its number', async () => {
  await measure()
  await test.call('datasets.label', { datasetId, column: 'label', itemIds: [1], value: 'dog' })
  expect(await reportOf()).toMatchObject({ datasetVersion: 1 })
  const [warning] = await problemsOf({ prefixPrecision: 'int8' })
  expect(warning?.message).toContain('version 1 of the dataset')
  await measure()
  expect(await reportOf()).toMatchObject({ datasetVersion: 2 })
  expect(readdirSync(folder())).toHaveLength(1)
})

it('a damaged report is none', async () => {
  await measure()
  const [name] = readdirSync(folder())
  writeFileSync(join(folder(), name!), '{ "half": ')
  expect(await reportOf()).toBeNull()
  expect(await problemsOf({ prefixPrecision: 'int8' })).toEqual([])
})

it('warns of a precision whose accuracy falls, and offers the next that keeps it', async () => {
  expect(await problemsOf({ prefixPrecision: 'int8' })).toEqual([])
  await measure()
  expect(await problemsOf({ prefixPrecision: 'bfloat16' })).toEqual([])
  expect(await problemsOf({})).toEqual([])
  expect(await problemsOf({ prefixPrecision: 'int8' })).toEqual([
    {
      level: 'warn',
      code: 'precision-accuracy',
      message:
        'int8 gives the same class as float32 for 97.0 % of 200 validation items; accuracy 88.5 % against 90.0 % in float32: it falls by more than 0.5 points.',
      fix: { title: 'Use bfloat16', patch: { prefixPrecision: 'bfloat16' } },
    },
  ])
  const { runId } = await test.call('runs.start', { spec: { ...FROZEN, prefixPrecision: 'int8' } })
  expect((await test.call('runs.get', { runId })).plan.problems).toContainEqual(
    expect.objectContaining({ code: 'precision-accuracy' }),
  )
})

it('refuses what the CPU does not have, and offers what it has', async () => {
  cpu.int8 = false
  expect(await problemsOf({ prefixPrecision: 'int8' })).toMatchObject([
    { level: 'block', code: 'precision', fix: { patch: { prefixPrecision: 'bfloat16' } } },
  ])
  cpu.bfloat16 = false
  const [int8] = await problemsOf({ prefixPrecision: 'int8' })
  expect(int8).toMatchObject({ level: 'block', fix: { patch: { prefixPrecision: 'float32' } } })
  expect(int8?.message).toContain('VNNI')
  expect(await problemsOf({ prefixPrecision: 'bfloat16' })).toMatchObject([{ level: 'block', code: 'precision' }])
  await expect(test.call('runs.start', { spec: { ...FROZEN, prefixPrecision: 'int8' } })).rejects.toMatchObject({
    code: 'E_RUN_SPEC',
  })
  // What it cannot do is measured all the same: as a refusal in words.
  expect(await measure({ ...FROZEN, prefixPrecision: 'int8' })).toMatchObject({ status: 'done' })
})

it('refuses int8 for a layer that it has no kernels for, and names it', () => {
  const vit = vitTiny16.build(vitTiny16.params.schema.parse({}), { kind: 'image', size: 64, channels: 3 })
  const problemsIn = (prefixPrecision: 'bfloat16' | 'int8') =>
    precisionProblems(
      {} as never,
      {
        dataset: null,
        resolved: { spec: { prefixPrecision }, plan: { network: vit, cachedUpTo: vit.features } },
      } as never,
    )
  expect(problemsIn('bfloat16')).toEqual([])
  const [problem, ...others] = problemsIn('int8')
  expect([problem?.level, problem?.fix?.patch, others]).toEqual(['block', { prefixPrecision: 'bfloat16' }, []])
  expect(problem?.message).toMatch(
    /^Expected `prefixPrecision` bfloat16: int8 has no kernels for the layer “.+” \(\w+\): /,
  )
})

it('is not measured without a frozen part, while a run trains, or when it is cancelled', async () => {
  await expect(measure(TOY_SPEC)).rejects.toMatchObject({ code: 'E_RUN_SPEC' })
  test.trainer.script('measure-precision', async (child) => {
    await child.nextControl()
    finish(child, 'cancelled')
  })
  const { jobId } = await test.call('precision.measure', { spec: FROZEN })
  await test.call('jobs.cancel', { jobId })
  const job = await test.when('jobs.changed', ({ id, status }) => id === jobId && status === 'cancelled')
  expect(job.kind).toBe('measure-precision')
  expect(await reportOf()).toBeNull()
  test.trainer.script('train', trainUntilTold)
  const { runId } = await test.call('runs.start', { spec: TOY_SPEC })
  await test.when('runs.changed', ({ run }) => run?.id === runId && run?.status === 'running')
  await expect(measure()).rejects.toMatchObject({ code: 'E_RUN_STATE' })
})

it('gives the trainer only the items that are looked at, and asks for no precision', async () => {
  let seen: Manifest | null = null
  test.trainer.script('measure-precision', (child) => {
    const { job } = child
    if (job.kind !== 'measure-precision') return
    seen = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
    expect([job.spec.prefixPrecision, job.spec.labelLimit]).toEqual(['float32', null])
    child.send({ type: 'precision-report', report: TOY_PRECISIONS })
    finish(child)
  })
  mkdirSync(folder(), { recursive: true })
  await measure({ ...FROZEN, prefixPrecision: 'int8', labelLimit: 4 })
  expect(new Set(seen!.items.map(({ split }) => split))).toEqual(new Set(['train', 'validation']))
  expect(readdirSync(join(test.folder, 'ws', 'cache', 'analyses'))).toEqual([])
})
