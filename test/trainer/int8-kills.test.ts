import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasInt8, int8Refusal } from '../../src-main/base/cpu-features.ts'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { launchJob, type Launched } from '../support/launch-job.ts'
import { toyJob } from '../support/toy-run.ts'

const isHere = hasInt8()
if (!isHere) console.log(`skipped: no int8 on this computer: ${int8Refusal()}`)

/** Enough that calibrating and computing features take longer than a message. */
const ITEMS = 4000

const job = () =>
  toyJob({ strategy: 'feature-extraction', items: ITEMS, spec: { epochs: 1, batchSize: 64, prefixPrecision: 'int8' } })

/** Ends the process without a word at the first message of progress that fits. */
async function killAt(train: TrainJob, words: RegExp): Promise<Launched> {
  const trainer = launchJob(train)
  const watch = setInterval(() => {
    const isThere = trainer.messages.some((message) => message.type === 'progress' && words.test(message.message ?? ''))
    if (isThere) trainer.process.kill()
  }, 1)
  await trainer.ended
  clearInterval(watch)
  return trainer
}

async function finish(train: TrainJob): Promise<Launched> {
  const trainer = launchJob(train)
  expect(await trainer.ended).toMatchObject({ code: 0, signal: null })
  expect(trainer.messages.at(-1)).toMatchObject({ type: 'done', outcome: 'finished' })
  return trainer
}

const of = <T extends string>({ messages }: Launched, type: T) => messages.filter((message) => message.type === type)
const steps = (trainer: Launched) =>
  of(trainer, 'step').flatMap((message) => (message as { points: unknown[][] }).points.map(([series, step, , , value]) => [series, step, value])) // prettier-ignore
const weights = (train: TrainJob) => readFileSync(join(train.folder, 'model', 'weights.safetensors'))

/** What others are compared with, made once. */
let plain: ReturnType<typeof uncut> | null = null
async function uncut() {
  const train = await job()
  return { train, trainer: await finish(train) }
}

describe.skipIf(!isHere)('a trainer that is killed', () => {
  test.each([
    ['while it calibrates', /calibrat/i, 'calibration'],
    ['while it computes int8 features', /computing features/i, 'cache'],
  ])('%s leaves nothing that a later run would take for whole', async (_when, words, next) => {
    const { train: whole, trainer: uninterrupted } = await (plain ??= uncut())
    const cut = await job()
    const killed = await killAt(cut, words)
    expect(await killed.ended).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(of(killed, next)).toEqual([])
    const again = await finish(cut)
    expect(of(again, 'calibration')).toEqual(of(uninterrupted, 'calibration'))
    expect(steps(again)).toEqual(steps(uninterrupted))
    expect(weights(cut).equals(weights(whole))).toBe(true)
  })
})
