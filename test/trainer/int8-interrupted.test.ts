import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hasInt8, int8Refusal } from '../../src-main/base/cpu-features.ts'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { launchJob } from '../support/launch-job.ts'
import { mountSmall, resizeSmall, unmountSmall } from '../support/small-disk.ts'
import { temporaryFolder, toyJob } from '../support/toy-run.ts'

/** A run in int8 that is stopped, or finds no room on the disk, between its start and its first step. */

const isHere = hasInt8()
if (!isHere) console.log(`skipped: no int8 on this computer: ${int8Refusal()}`)

const job = (items: number) =>
  toyJob({ strategy: 'feature-extraction', items, spec: { epochs: 1, batchSize: 64, prefixPrecision: 'int8' } })

describe.skipIf(!isHere).each([
  ['cancel', 'cancelled'],
  ['pause', 'paused'],
] as const)('told to %s', (action, outcome) => {
  test.each([
    ['while it calibrates', /calibrat/i, 'calibration'],
    ['while native kernels compute features', /computing features/i, 'cache'],
  ])('%s, it leaves before the work is done', async (_when, words, next) => {
    const trainer = launchJob(await job(4000))
    const watch = setInterval(() => {
      const isThere = trainer.messages.some((each) => each.type === 'progress' && words.test(each.message))
      if (!isThere) return
      clearInterval(watch)
      trainer.process.send({ type: 'control', action })
    }, 1)
    expect(await trainer.ended).toMatchObject({ code: 0, signal: null })
    expect(trainer.messages.at(-1)).toMatchObject({ type: 'done', outcome })
    expect(trainer.messages.filter(({ type }) => type === next)).toEqual([])
  })
})

const small = join(temporaryFolder(), 'small')
const problem = isHere ? mountSmall(small, 64) : 'there is no int8'
afterAll(() => unmountSmall(small))

describe.skipIf(problem !== null)('a full disk', () => {
  if (problem !== null) console.log(`skipped: ${problem}`)
  const CALIBRATION = 'calibration.json'
  const HALF = /\.(partial|new|f32)$/
  const FULL = { code: 'E_DISK_FULL', message: expect.stringContaining('full'), fix: expect.any(String) }

  async function run(train: TrainJob) {
    const trainer = launchJob(train)
    await trainer.ended
    const types = new Set(trainer.messages.map(({ type }) => type))
    return { last: trainer.messages.at(-1), types }
  }

  const filesBelow = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile())

  test('is told in words, leaves nothing half written, and the run goes on once there is room', async () => {
    const cache = join(small, 'cache')
    mkdirSync(cache)
    const train = { ...(await job(600)), cacheFolder: cache }
    writeFileSync(join(small, 'filler'), Buffer.alloc(64 * 1024))
    const first = await run(train)
    expect(first.last).toMatchObject({ type: 'failed', error: FULL })
    expect(filesBelow(cache).filter((name) => HALF.test(name) || name.endsWith(CALIBRATION))).toEqual([])
    // Room for what was calibrated and what the cache notes of it, each a page of memory here, not for features.
    resizeSmall(small, 64 + 16)
    const second = await run(train)
    expect(second.last).toMatchObject({ type: 'failed', error: FULL })
    expect(filesBelow(cache).filter((name) => name.endsWith(CALIBRATION))).toHaveLength(1)
    expect(filesBelow(cache).filter((name) => HALF.test(name))).toEqual([])
    resizeSmall(small, 65_536)
    const third = await run(train)
    expect(third.last).toMatchObject({ type: 'done', outcome: 'finished' })
    expect(third.types.has('cache')).toBe(true)
  })
})
