import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Layer, Network } from '../../src-main/contract/network.ts'
import type { ChildMessage, Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { launchJob } from '../support/launch-job.ts'
import { mountSmall, resizeSmall, unmountSmall } from '../support/small-disk.ts'
import { temporaryFolder, toyJob } from '../support/toy-run.ts'

const modelOf = (job: TrainJob) => readFileSync(join(job.folder, 'model', 'weights.safetensors'))

/** `<series> <step> <value>` of every point of the loss. */
function curve(messages: readonly ChildMessage[]): string[] {
  return messages.flatMap((message) =>
    message.type === 'step' ? message.points.map(([series, step, , , value]) => `${series} ${step} ${value}`) : [],
  )
}

async function finish(job: TrainJob) {
  const run = launchJob(job)
  await run.ended
  expect(run.messages.at(-1)).toEqual({ type: 'done', outcome: 'finished' })
  return run.messages
}

describe('the same seed', () => {
  test.each([
    ['feature-extraction', []],
    ['fine-tuning', ['block1', 'block2']],
  ])(
    'gives the same curve and the same weights to the bit in two processes with two threads: %s',
    async (strategy, trainedBlocks) => {
      const jobs = await Promise.all(
        [1, 2].map(async () => ({ ...(await toyJob({ strategy, trainedBlocks })), threads: 2 })),
      )
      const [first, second] = [await finish(jobs[0]!), await finish(jobs[1]!)]
      expect(curve(first).length).toBeGreaterThan(20)
      expect(curve(second)).toEqual(curve(first))
      expect(modelOf(jobs[1]!).equals(modelOf(jobs[0]!))).toBe(true)
    },
  )
})

describe('a trainer that is killed', () => {
  let whole: TrainJob
  beforeAll(async () => {
    whole = await toyJob({ strategy: 'feature-extraction' })
    await finish(whole)
  })

  test.each(['progress', 'cache', 'checkpoint'] as const)(
    'at its first %s goes on to the same weights',
    async (type) => {
      const job = await toyJob({ strategy: 'feature-extraction' })
      const broken = launchJob(job)
      await broken.first(type)
      broken.process.kill()
      expect((await broken.ended).signal).toBe('SIGKILL')
      await finish({ ...job, resume: true })
      expect(modelOf(job).equals(modelOf(whole))).toBe(true)
    },
  )
})

const small = join(temporaryFolder(), 'small')
const problem = mountSmall(small, 96)
afterAll(() => unmountSmall(small))

describe('a full disk', () => {
  if (problem !== null) console.log(`skipped: ${problem}`)

  test.skipIf(problem !== null)('ends in a clear error, and the run goes on once there is room', async () => {
    const job = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block1', 'block2'], spec: { epochs: 4 } })
    const onSmall = { ...job, folder: join(small, 'run') }
    mkdirSync(onSmall.folder)
    writeFileSync(join(small, 'filler'), Buffer.alloc(60_000))
    const broken = launchJob(onSmall)
    await broken.ended
    expect(broken.messages.at(-1)).toMatchObject({
      type: 'failed',
      error: { code: 'E_DISK_FULL', message: expect.stringContaining('full'), fix: expect.any(String) },
    })
    resizeSmall(small, 65_536)
    await finish({ ...onSmall, resume: true })
    const whole = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block1', 'block2'], spec: { epochs: 4 } })
    await finish(whole)
    expect(modelOf(onSmall).equals(modelOf(whole))).toBe(true)
  })
})

const SIDE = 224
/** 1.4 GiB as bytes, four times that as numbers. */
const COUNT = Number(process.env['GRAFT_MANY_IMAGES'] ?? 10_000)
/** What a trainer may be resident with that holds a few batches of them. */
const RESIDENT = 2 ** 30
/** What the run may hold of its images. */
const memoryMegabytes = 512
/** What one may ask the system for: TensorFlow and Node reserve more than they use. */
const LIMIT = 4 * 2 ** 30

/** Images of 224x224 in a pack that takes no room: a sparse file of zeros behind a header. */
function hugeJob(job: TrainJob): TrainJob {
  const folder = temporaryFolder()
  const pack = join(folder, 'pixels.u8')
  const header = Buffer.alloc(32)
  header.write('GRAFTPX1', 'latin1')
  ;[COUNT, SIDE, SIDE, 3].forEach((value, i) => header.writeUInt32LE(value, 8 + i * 4))
  const file = openSync(pack, 'w')
  writeSync(file, header)
  closeSync(file)
  truncateSync(pack, 32 + COUNT * SIDE * SIDE * 3)
  const item = (i: number): Manifest['items'][number] => ({
    id: i + 1,
    name: `image ${i}`,
    path: null,
    row: i,
    contentHash: `h${i}`,
    split: i % 50 === 0 ? 'validation' : 'train',
    targets: [i % 3],
  })
  const { heads } = JSON.parse(readFileSync(job.manifest, 'utf8')) as Manifest
  const dataset = { id: 'd', name: 'huge', version: 1, hash: 'x', kind: 'image' as const }
  const manifest = join(folder, 'manifest.json')
  const items = Array.from({ length: COUNT }, (_, i) => item(i))
  writeFileSync(manifest, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
  const network = hugeNetwork()
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, 'fresh' as const]))
  const size = { height: SIDE, width: SIDE, channels: 3 as const, mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] }
  const preprocessing = { kind: 'image' as const, resize: 'stretch' as const, ...size }
  return { ...job, manifest, network, states, preprocessing, cachedUpTo: null, weights: null, threads: 2 }
}

function hugeNetwork(): Network {
  const layers: Layer[] = [
    { name: 'input', type: 'InputLayer', config: { shape: [SIDE, SIDE, 3] }, inputs: [], block: 'all' },
    {
      name: 'conv',
      type: 'Conv2D',
      config: { filters: 8, kernel_size: 8, strides: 8, activation: 'relu' },
      inputs: ['input'],
      block: 'all',
    },
    { name: 'pool', type: 'GlobalAveragePooling2D', config: {}, inputs: ['conv'], block: 'all' },
    { name: 'head_label', type: 'Dense', config: { units: 3 }, inputs: ['pool'], block: 'all' },
  ]
  return { name: 'huge', blocks: [{ name: 'all', label: 'all' }], layers, outputs: ['head_label'], features: 'pool' }
}

describe(`${COUNT.toLocaleString('en')} images of 224x224`, () => {
  const hasLimits = spawnSync('prlimit', ['--version']).status === 0
  if (!hasLimits) console.log('skipped: prlimit is not installed, so the memory of one process cannot be limited')

  test.skipIf(!hasLimits)('are trained on in less memory than they take', { timeout: 400_000 }, async () => {
    expect(COUNT * SIDE * SIDE * 3).toBeGreaterThan(1.4 * RESIDENT)
    const strategy = { type: 'fine-tuning', memoryMegabytes }
    const job = hugeJob(await toyJob({ strategy: 'fine-tuning', spec: { epochs: 1, batchSize: 64, strategy } }))
    const run = launchJob(job)
    expect(spawnSync('prlimit', ['--pid', String(run.process.pid), `--data=${LIMIT}`]).status).toBe(0)
    await run.ended
    expect(run.messages.at(-1)).toEqual({ type: 'done', outcome: 'finished' })
    const memory = run.messages.flatMap((message) => (message.type === 'heartbeat' ? [message.memoryBytes] : []))
    expect(memory.length).toBeGreaterThan(2)
    expect(Math.max(...memory)).toBeLessThan(RESIDENT)
    expect(existsSync(join(job.folder, 'model', 'weights.safetensors'))).toBe(true)
  })
})
