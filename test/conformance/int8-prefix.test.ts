import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasInt8, int8Refusal } from '../../src-main/base/cpu-features.ts'
import type { PrefixPrecision } from '../../src-main/contract/prefix-precision.ts'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { toyExtras } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../support/toy-run.ts'
import { losses } from './strategy-suite.ts'

/** Forms that keep features of a frozen base (toyExtras). */
const CACHING = ['feature-extraction', 'fine-tuning', 'converged head', 'distillation', 'self-training'] as const
const isHere = hasInt8()
if (!isHere) console.log(`skipped: no int8 on this computer: ${int8Refusal()}`)

const strategyOf = (form: string) => (form === 'converged head' ? 'feature-extraction' : form)
const modelWeights = (job: TrainJob) => readFileSync(join(job.folder, 'model', 'weights.safetensors'))
const logs = (run: ToyRun) => messagesOf(run, 'log').map(({ text }) => text)

async function jobOf(form: string, spec: Partial<TrainJob['spec']> = {}): Promise<TrainJob> {
  const plain = await toyJob({
    strategy: strategyOf(form),
    spec: { epochs: 3, prefixPrecision: 'int8', ...spec } as object,
  })
  return (await toyExtras[form]?.(plain, join(plain.folder, '..'))) ?? plain
}

describe.skipIf(!isHere).each(CACHING)('%s on int8 features', (form) => {
  let plain: Promise<{ job: TrainJob; run: ToyRun; weights: Buffer }> | null = null
  const uninterrupted = () =>
    (plain ??= jobOf(form).then(async (job) => ({ job, run: await runToy(job), weights: modelWeights(job) })))

  test('learns, leaves what is frozen and no tensor, and says how far its features agree', async () => {
    const { tf } = nativeRuntime()
    const before = tf.memory().numTensors
    const job = await jobOf(form, { epochs: 12 })
    const run = await runToy(job)
    expect(tf.memory().numTensors).toBe(before)
    expect(run.outcome).toBe('finished')
    if (form === 'converged head') expect(run.points.length).toBeGreaterThan(0)
    else expect(losses(run).at(-1)!).toBeLessThan(losses(run)[0]! * 0.7)
    expect(new Set(messagesOf(run, 'cache').map(({ precision }) => precision))).toEqual(new Set(['int8']))
    const { calibration } = messagesOf(run, 'calibration')[0]!
    expect(calibration.images).toBeGreaterThan(0)
    // By which an export finds the rounded weights.
    expect(calibration.key).toMatch(/^[0-9a-f]{32}$/)
    expect(calibration.ranges.every(({ low, high }) => low <= 0 && high >= 0 && low < high)).toBe(true)
    expect(messagesOf(run, 'feature-agreement').length).toBeGreaterThan(0)
    const base = readAllFloat32(join(job.folder, '..', 'base.safetensors'))
    for (const [name, { values }] of readAllFloat32(join(job.folder, 'model', 'weights.safetensors'))) {
      if (job.states[name.split('/')[0]!] === 'frozen') expect(values, name).toEqual(base.get(name)!.values)
    }
  })

  test('same seed, same curve, same weights', async () => {
    const { run, weights } = await uninterrupted()
    const again = await jobOf(form)
    expect((await runToy(again)).points).toEqual(run.points)
    expect(modelWeights(again).equals(weights)).toBe(true)
  })

  // The first looks fall into calibrating, those after it into computing features, the last into training.
  test.each([1, 3, 6, 10, 15, 30])('pausing at look %i and resuming gives the same numbers', async (after) => {
    const { run, weights } = await uninterrupted()
    const parted = await jobOf(form)
    const paused = await runToy(parted, { action: 'pause', after })
    if (paused.outcome === 'finished') return expect(paused.points).toEqual(run.points)
    expect(paused.outcome).toBe('paused')
    const kept = messagesOf(paused, 'checkpoint').at(-1) ?? { step: 0 }
    const resumed = await runToy({ ...parted, resume: true })
    const before = paused.points.filter((point) => Number(point.split(' ').at(-2)) <= kept.step)
    expect([...before, ...resumed.points]).toEqual(run.points)
    expect(modelWeights(parted).equals(weights)).toBe(true)
  })
})

describe.skipIf(!isHere)('the cache of features', () => {
  /** One of the 90 has no label. */
  const ALL = 89
  const hitsOf = (run: ToyRun) => messagesOf(run, 'cache')[0]!.hits
  const keysIn = (job: TrainJob) =>
    readdirSync(join(job.cacheFolder, 'features')).filter((name) => /^[0-9a-f]{32}$/.test(name))
  const inPrecision = (job: TrainJob, prefixPrecision: PrefixPrecision): TrainJob => ({
    ...job,
    spec: { ...job.spec, prefixPrecision },
  })

  test('of one precision is never read for another, and read again for its own', async () => {
    const job = await jobOf('feature-extraction', { epochs: 1 })
    const order = ['float32', 'int8', 'bfloat16'] as const
    for (const [i, precision] of order.entries()) {
      expect({ precision, hits: hitsOf(await runToy(inPrecision(job, precision))) }).toEqual({ precision, hits: 0 })
      // An int8 or bfloat16 run compares itself with float32, whose features are there.
      expect(keysIn(job)).toHaveLength(i + 1)
    }
    for (const precision of order) expect(hitsOf(await runToy(inPrecision(job, precision)))).toBe(ALL)
    expect(keysIn(job)).toHaveLength(3)
  })

  test('of int8 is computed anew when what decides its ranges is other, and not for a seed', async () => {
    const job = await jobOf('feature-extraction', { epochs: 1 })
    await runToy(job)
    expect(hitsOf(await runToy({ ...job, spec: { ...job.spec, seed: 99 } }))).toBe(ALL)
    const manifest = JSON.parse(readFileSync(job.manifest, 'utf8')) as { items: { split: string }[] }
    const changed = manifest.items.filter((item, i) => item.split !== 'train' || i % 2 === 0)
    const other = await jobOf('feature-extraction', { epochs: 1 })
    writeFileSync(other.manifest, JSON.stringify({ ...manifest, items: changed }))
    expect(hitsOf(await runToy({ ...other, cacheFolder: job.cacheFolder }))).toBe(0)
  })
})

describe('a computer that is not for int8', () => {
  test.each([
    ['its processor', 'GRAFT_CPU_WITHOUT', 'avx512_vnni,avx_vnni', /processor|VNNI/],
    ['kernels that are turned off', 'GRAFT_FROZEN', 'off', /GRAFT_FROZEN=off/],
  ])(
    'by %s: the training refuses in words, computes nothing, and float32 is as ever',
    async (_what, name, value, words) => {
      const job = await jobOf('feature-extraction', { epochs: 1 })
      process.env[name] = value
      try {
        await expect(runToy(job)).rejects.toMatchObject({ code: 'E_RUN_SPEC', message: expect.stringMatching(words) })
        const plain = await runToy({ ...job, spec: { ...job.spec, prefixPrecision: 'float32' } })
        expect(plain.outcome).toBe('finished')
        expect(logs(plain)).toEqual([])
      } finally {
        delete process.env[name]
      }
    },
  )
})
