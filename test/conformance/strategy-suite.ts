import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { strategies } from '../../src-main/learning/strategies/index.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { canExtend } from '../../src-main/learning/catalog.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { measuredOnTasks, toyExtras, toyVariants } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../support/toy-run.ts'

/** Everything that changes how updates are made, at once. */
const EXTRAS = {
  labelSmoothing: 0.1,
  gradientClip: 1,
  accumulate: 2,
  weightAverage: 0.9,
  augment: { flip: true, crop: 0.9, cutout: 0.2, mixup: 0.2, copies: 2 },
}

/** What changes the features and what is fitted to them. */
const FEATURE_EXTRAS = { labelSmoothing: 0.1, classWeights: 'balanced', augment: EXTRAS.augment } as const
const FROZEN_EXTRAS = 'base frozen, with extras'

const ALL_VARIANTS = [
  { name: 'base frozen', blocks: [] as string[], spec: {} },
  { name: 'upper block trained', blocks: ['block2'], spec: {} },
  { name: FROZEN_EXTRAS, blocks: [] as string[], spec: FEATURE_EXTRAS },
  { name: 'all trained, with every extra', blocks: ['block1', 'block2'], spec: EXTRAS },
]

const modelWeights = (job: TrainJob) => readFileSync(join(job.folder, 'model', 'weights.safetensors'))

/** Of the planned network, or of the last learner that has any. */
export function losses(run: ToyRun): number[] {
  const all = messagesOf(run, 'epoch').map(({ metrics }) => metrics)
  const names = all.flatMap((metrics) => Object.keys(metrics).filter((name) => /^train\.(.+\.)?loss$/.test(name)))
  const name = names.includes('train.loss') ? 'train.loss' : names.at(-1)!
  return all.flatMap((metrics) => (metrics[name] === undefined ? [] : [metrics[name]]))
}

const COMPARED_STEPS = 20

/** Of the first steps of a run. Rounding differs between the two ways, and training magnifies it. */
function stepLosses(points: readonly string[]): number[] {
  const losses = points.filter((point) => /^train\.([^ ]+\.)?loss /.test(point)).slice(0, COMPARED_STEPS)
  return losses.map((point) => Number(point.split(' ')[2]))
}

/** A run that ends once it has the steps that are compared. */
const runFirstSteps = (job: TrainJob) =>
  runToy(job, { action: 'cancel', after: (points) => stepLosses(points).length === COMPARED_STEPS })

export interface SuiteOptions {
  /** A form of the strategy with a toy of its own (`toyExtras`, `toyVariants`). Absent: its defaults. */
  readonly form?: string
  /** An optimum, whatever the seed, without steps to compile. */
  readonly isSeedless?: boolean
}

/** What every strategy promises: it learns, is repeatable to the bit however often it is interrupted, compiles, and leaves nothing behind. A
 *  file per strategy, so that they run side by side. */
export function strategySuite(type: string, { form = type, isSeedless = false }: SuiteOptions = {}): void {
  const row = strategies.find((one) => one.type === type)
  if (row === undefined) throw new Error(`There is no strategy "${type}".`)

  describe(`${type}: its form`, () => {
    test('defaults are usable and survive a round trip', () => {
      const defaults = row.params.schema.parse({})
      expect(row.params.schema.parse(JSON.parse(JSON.stringify(defaults)))).toEqual(defaults)
      expect(row.params.fields.every((field) => field.label !== '' && field.help.endsWith('.'))).toBe(true)
      expect(() => row.params.schema.parse({ unknown: 1 })).toThrow()
    })
  })

  const isScript = row.run !== undefined
  const wanted = toyVariants[form] ?? ALL_VARIANTS.filter(({ name }) => name !== FROZEN_EXTRAS).map(({ name }) => name)
  const variants = ALL_VARIANTS.filter(({ name }) => wanted.includes(name))
  describe.each(variants)(`${form}, $name`, ({ blocks, spec }) => {
    const job = async (more = {}) => {
      const plain = await toyJob({ strategy: type, trainedBlocks: blocks, spec: { epochs: 3, ...spec, ...more } })
      return (await toyExtras[form]?.(plain, join(plain.folder, '..'))) ?? plain
    }

    /** The plain run that others are compared with, made once; its weights are read before a test goes on with it. */
    let plain: Promise<{ job: TrainJob; run: ToyRun; weights: Buffer }> | null = null
    const uninterrupted = () =>
      (plain ??= job().then(async (one) => ({ job: one, run: await runToy(one), weights: modelWeights(one) })))

    test('learns, changes only what is not frozen, and leaves no tensor', async () => {
      const { tf } = nativeRuntime()
      const before = tf.memory().numTensors
      const one = await job({ epochs: 12 })
      const run = await runToy(one)
      expect(tf.memory().numTensors).toBe(before)
      expect(run.outcome).toBe('finished')
      expect(messagesOf(run, 'epoch').map(({ engine }) => engine)).not.toContain('eager')
      expect(messagesOf(run, 'log')).toEqual([])
      const curve = losses(run)
      expect(curve.at(-1)!).toBeLessThan(curve[0]! * 0.7)

      const base = readAllFloat32(join(one.folder, '..', 'base.safetensors'))
      const trained = readAllFloat32(join(one.folder, 'model', 'weights.safetensors'))
      for (const change of messagesOf(run, 'weights')[0]!.changes) {
        const isFrozen = change.state === 'frozen'
        expect(change.change === 0, change.layer).toBe(isFrozen)
        if (isFrozen && change.movingChange !== null) expect(change.movingChange).toBe(0)
        if (change.layer === 'new1_bn') expect(change.movingChange).toBeGreaterThan(0)
      }
      for (const [name, { values }] of base) {
        const isFrozen = one.states[name.split('/')[0]!] === 'frozen'
        if (isFrozen && trained.has(name))
          expect(Buffer.from(trained.get(name)!.values.buffer).equals(Buffer.from(values.buffer)), name).toBe(true)
      }
    })

    test('same seed, same curve; another seed, another one', async () => {
      const { run: first } = await uninterrupted()
      expect((await runToy(await job())).points).toEqual(first.points)
      if (isSeedless) return
      const { points } = await runFirstSteps(await job({ seed: 8 }))
      expect(points.length).toBeGreaterThan(0)
      expect(points).not.toEqual(first.points.slice(0, points.length))
    })

    test.each(isScript ? [1, 20, 45, 80, 130] : [1, 20])(
      'pausing at step %i and resuming gives the same numbers',
      async (after) => {
        const { run, weights } = await uninterrupted()
        const parted = await job()
        // The toy's features take 12 batches; looks at the control before that fall into computing them.
        const paused = await runToy(parted, { action: 'pause', after })
        // A short script may be over by then.
        if (paused.outcome === 'finished') return expect(paused.points).toEqual(run.points)
        expect(paused.outcome).toBe('paused')
        const kept = messagesOf(paused, 'checkpoint').at(-1) ?? { step: 0 }
        const resumed = await runToy({ ...parted, resume: true })
        const points = [
          ...paused.points.filter((point) => Number(point.split(' ').at(-2)) <= kept.step),
          ...resumed.points,
        ]
        expect(points).toEqual(run.points)
        expect(modelWeights(parted).equals(weights)).toBe(true)
      },
    )

    test.skipIf(isSeedless)('compiled, its losses are those of the same ops one by one', async () => {
      // Adam makes whole steps of what is rounding alone (a bias before BatchNorm); plain steps keep it small. Second derivatives by
      // differences of gradients magnify it once more.
      const plainSteps = { optimizer: { type: 'sgd', learningRate: 0.02 } }
      const got = stepLosses((await runFirstSteps(await job(plainSteps))).points)
      process.env['GRAFT_EAGER'] = '1'
      try {
        const eager = await runFirstSteps(await job(plainSteps))
        expect(new Set(messagesOf(eager, 'epoch').map(({ engine }) => engine))).toEqual(new Set(['eager']))
        const wanted = stepLosses(eager.points)
        expect(got.length).toBe(wanted.length)
        expect(got.length).toBeGreaterThan(0)
        const differences = got.map((value, i) => Math.abs(value - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!)))
        expect(Math.max(...differences)).toBeLessThan(type === 'meta-learning' ? 1e-3 : 1e-4)
      } finally {
        delete process.env['GRAFT_EAGER']
      }
    })

    test('cancel leaves within one step and keeps nothing', async () => {
      const one = await job({ epochs: 100 })
      const run = await runToy(one, { action: 'cancel', after: 30 })
      expect(run.outcome).toBe('cancelled')
      const steps = run.points.filter((point) => /^train\.([^ ]+\.)?loss /.test(point)).length
      expect(steps).toBeLessThanOrEqual(31)
      expect(messagesOf(run, 'weights')).toEqual([])
    })

    test('stop keeps what was learned', async () => {
      const one = await job({ epochs: 100 })
      const run = await runToy(one, { action: 'stop', after: 40 })
      expect(run.outcome).toBe('stopped')
      expect(modelWeights(one).length).toBeGreaterThan(0)
      const splits = measuredOnTasks.has(type) ? [] : ['validation', 'test', 'train']
      expect([...new Set(messagesOf(run, 'predictions').map(({ split }) => split))]).toEqual(splits)
    })

    test.runIf(!isSeedless && canExtend({ type }))('more epochs go on where it ended', async () => {
      const long = await runToy(await job({ epochs: 5 }))
      const { job: short, run: start } = await uninterrupted()
      const spec = { ...short.spec, epochs: 5 }
      const extended = await runToy({ ...short, spec, resume: true })
      const training = (run: ToyRun) => run.points.filter((point) => !point.startsWith('test.'))
      expect([...training(start), ...training(extended)]).toEqual(training(long))
    })
  })
}
