import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cpuRefusal } from '../../src-main/base/precision-refusal.ts'
import { PrefixPrecision } from '../../src-main/contract/prefix-precision.ts'
import {
  type ChildMessage,
  Manifest,
  type MeasurePrecisionJob,
  type TrainJob,
} from '../../src-main/contract/trainer.ts'
import { openFeatureCache } from '../../src-main/learning/engine/features/feature-cache.ts'
import type { JobContext } from '../../src-main/trainer/job-context.ts'
import { runMeasurePrecision } from '../../src-main/trainer/jobs/measure-precision.ts'
import { messagesOf, runToy, toyJob } from '../support/toy-run.ts'

/** Measures in this process; `cancelAt`: asks to leave at the first progress whose words hold this. */
async function measure({ kind: _kind, runId: _run, resume: _resume, ...job }: TrainJob, cancelAt?: string) {
  const messages: ChildMessage[] = []
  const abort = new AbortController()
  const send = (message: ChildMessage) => {
    messages.push(message)
    if (cancelAt !== undefined && message.type === 'progress' && message.message.includes(cancelAt)) abort.abort()
    return Promise.resolve()
  }
  const context = { send, signal: abort.signal, control: { requested: null }, recorded: async () => undefined }
  const asked: MeasurePrecisionJob = { ...job, kind: 'measure-precision', folder: join(job.folder, 'precision') }
  const outcome = await runMeasurePrecision(asked, context as unknown as JobContext)
  return { outcome, messages, report: messages.find((message) => message.type === 'precision-report')?.report }
}

const frozenJob = () => toyJob({ strategy: 'feature-extraction' })
/** What this CPU has beside float32. */
const lower = PrefixPrecision.options.filter((precision) => precision !== 'float32' && cpuRefusal(precision) === null)

/** Changes the manifest of a job. */
function rewrite(job: TrainJob, change: (manifest: Manifest) => void): void {
  const manifest = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  change(manifest)
  writeFileSync(job.manifest, JSON.stringify(manifest))
}

test('each precision is refused in words, or measured on the validation items', async () => {
  const job = await frozenJob()
  const { outcome, report, messages } = await measure(job)
  expect(outcome).toBe('finished')
  expect([report?.layer, report?.bound]).toEqual(['flatten', 0.005])
  expect(report?.options.map(({ precision }) => precision)).toEqual(['float32', 'bfloat16', 'int8'])
  for (const { precision, refusal, itemsPerSecond, agreement } of report!.options) {
    const reason = cpuRefusal(precision)
    if (reason !== null) {
      expect([refusal?.toLowerCase(), itemsPerSecond, agreement]).toEqual([`${reason.toLowerCase()}.`, null, null])
      continue
    }
    expect([precision, refusal]).toEqual([precision, null])
    expect(itemsPerSecond).toBeGreaterThan(0)
    if (precision === 'float32') expect(agreement).toBeNull()
    else {
      expect([agreement?.items, agreement?.split]).toEqual([15, 'validation'])
      expect(agreement!.cosine.mean).toBeGreaterThan(0.98)
      expect(agreement!.cosine.smallest).toBeLessThanOrEqual(agreement!.cosine.mean)
      // Bars at three heights: nobody misses one.
      expect([agreement?.top1, agreement?.accuracy]).toEqual([1, { float32: 1, here: 1 }])
    }
  }
  // A run's account of its own features is not touched, and no checkpoint is written.
  expect(messages.filter(({ type }) => ['cache', 'checkpoint', 'epoch', 'feature-agreement'].includes(type))).toEqual(
    [],
  )
})

test('features that were computed are a run’s, and the other way round', async () => {
  const job = await frozenJob()
  const first = await measure(job)
  const computed = ({ messages }: Pick<Awaited<ReturnType<typeof measure>>, 'messages'>) =>
    messages.filter((message) => message.type === 'progress' && message.message.includes('Computing features'))
  expect(computed(first)).not.toHaveLength(0)
  expect(computed(await measure(job))).toEqual([])
  for (const prefixPrecision of ['float32', ...lower] as const) {
    const run = await runToy({ ...job, spec: { ...job.spec, prefixPrecision } })
    const [cache] = messagesOf(run, 'cache')
    // All but the test split.
    expect([prefixPrecision, cache?.precision, cache?.hits]).toEqual([prefixPrecision, prefixPrecision, 59 + 15])
  }
})

test('a run in a lower precision says how near its features are at once, and what its head makes of both in the end', async () => {
  for (const prefixPrecision of lower) {
    const job = await toyJob({ strategy: 'feature-extraction', spec: { prefixPrecision, epochs: 20 } })
    const run = await runToy(job)
    const told = messagesOf(run, 'feature-agreement').map(({ agreement }) => agreement)
    expect(told.length).toBeGreaterThanOrEqual(2)
    expect(told[0]).toMatchObject({ items: 15, split: 'validation', top1: null, accuracy: null })
    const last = told.at(-1)!
    expect(last.cosine).toEqual(told[0]!.cosine)
    expect(last.top1).toBeGreaterThan(0.9)
    const [agreement] = messagesOf(run, 'agreement')
    expect(agreement).toMatchObject({ samples: 15, top1: last.top1 })
    expect(agreement!.maxDifference).toBeLessThan(1)
    const order = run.messages.map(({ type }) => type)
    expect(order.indexOf('feature-agreement')).toBeGreaterThan(order.indexOf('cache'))
    expect(order.indexOf('feature-agreement')).toBeLessThan(order.indexOf('epoch'))
  }
  const exact = await runToy(await frozenJob())
  expect([...messagesOf(exact, 'feature-agreement'), ...messagesOf(exact, 'agreement')]).toEqual([])
})

test.skipIf(lower.length === 0)(
  'a run whose head is worse on its own features than on float32’s says so in its log',
  async () => {
    const prefixPrecision = lower[0]!
    const job = await toyJob({ strategy: 'feature-extraction', spec: { epochs: 20 } })
    const features = join(job.cacheFolder, 'features')
    const low = { ...job, spec: { ...job.spec, prefixPrecision } }
    await runToy(job)
    const exact = new Set(readdirSync(features))
    await runToy(low)
    const [own] = readdirSync(features).filter((name) => !exact.has(name))
    // Features of the validation items that say nothing, as a format that fails there would give.
    const folder = join(job.cacheFolder, 'other')
    const cache = openFeatureCache(join(folder, 'features', own!), 24, 'toy')
    const validation = Array.from({ length: 15 }, (_, i) => `h${60 + i}`)
    await cache.addRows(validation, new Float32Array(15 * 24).fill(0.5))
    await cache.flush()
    cache.close()
    const run = await runToy({ ...low, cacheFolder: folder })
    const { accuracy } = messagesOf(run, 'feature-agreement').at(-1)!.agreement
    expect(accuracy!.float32).toBeGreaterThan(0.9)
    expect(accuracy!.here).toBeCloseTo(1 / 3, 6)
    const warnings = messagesOf(run, 'log').filter(({ level }) => level === 'warn')
    expect(warnings.map(({ text }) => text)).toEqual([expect.stringMatching(/falls by more than 0\.5 points\.$/)])
  },
)

test('without an item that calibration does not see there is a speed, and no agreement', async () => {
  const job = await frozenJob()
  rewrite(job, ({ items }) => items.forEach((item) => (item.split = item.split === 'test' ? 'test' : 'train')))
  const { report } = await measure(job)
  for (const precision of lower) {
    const option = report?.options.find((each) => each.precision === precision)
    expect(option).toMatchObject({ refusal: null, agreement: null })
    expect(option?.itemsPerSecond).toBeGreaterThan(0)
  }
})

test('a target that is a number has cosines alone', async () => {
  const job = await frozenJob()
  rewrite(job, ({ heads }) => (heads[0] = { ...heads[0]!, type: 'regression', classes: [] }))
  const { report } = await measure(job)
  for (const precision of lower) {
    const { agreement } = report!.options.find((each) => each.precision === precision)!
    expect(agreement).toMatchObject({ items: 15, top1: null, accuracy: null })
  }
})

test.each(['Computing features', 'float32: measuring', 'comparing heads'])(
  'is cancelled while it says “%s”',
  async (words) => {
    const { outcome, report } = await measure(await frozenJob(), words)
    expect([outcome, report]).toEqual(['cancelled', undefined])
  },
)
