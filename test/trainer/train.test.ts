import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { ChildMessage, Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { writeTable } from '../../src-main/data/table-pack.ts'
import { mlp } from '../../src-main/learning/architectures/mlp.ts'
import { launchJob } from '../support/launch-job.ts'
import { messagesOf, runToy, temporaryFolder, toyJob } from '../support/toy-run.ts'

type Trained = ReturnType<typeof launchJob>

const checkpointsOf = ({ messages }: Trained) => messages.filter((message) => message.type === 'checkpoint')

async function nextCheckpoint(run: Trained): Promise<void> {
  const seen = checkpointsOf(run).length
  while (checkpointsOf(run).length < seen + 2) {
    if (run.exits.length > 0) throw new Error(`ended early: ${JSON.stringify(run.messages.at(-1))}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function pointsBy(messages: readonly ChildMessage[]): Map<string, number> {
  let names: string[] = []
  const points = new Map<string, number>()
  for (const message of messages) {
    if (message.type === 'series') names = message.names
    if (message.type !== 'step') continue
    for (const [series, step, , , value] of message.points) points.set(`${names[series]!} ${step}`, value)
  }
  return points
}

describe('in a process of its own', () => {
  test('killed twice and resumed, it ends as the uninterrupted run does', async () => {
    const job = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { epochs: 20 } })
    const weights = (of: TrainJob) => readFileSync(join(of.folder, 'model', 'weights.safetensors'))
    const points = new Map<string, number>()
    const take = ({ messages }: Trained) => pointsBy(messages).forEach((value, key) => points.set(key, value))
    for (let kills = 0; kills < 2; kills++) {
      const run = launchJob({ ...job, resume: kills > 0 })
      await nextCheckpoint(run)
      run.process.kill()
      await run.ended
      take(run)
    }
    const last = launchJob({ ...job, resume: true })
    await last.ended
    take(last)
    expect(last.messages.at(-1)).toEqual({ type: 'done', outcome: 'finished' })

    const whole = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { epochs: 20 } })
    const uninterrupted = launchJob(whole)
    await uninterrupted.ended
    expect(points).toEqual(pointsBy(uninterrupted.messages))
    expect(weights(job).equals(weights(whole))).toBe(true)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s, which reaches it beside its parent, pauses it',
    async (signal) => {
      const job = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { epochs: 1000 } })
      const run = launchJob(job)
      await nextCheckpoint(run)
      process.kill(run.process.pid as number, signal)
      expect(await run.ended).toMatchObject({ code: 0, signal: null })
      expect(run.messages.at(-1)).toEqual({ type: 'done', outcome: 'paused' })
      const [log] = messagesOf(run, 'log').slice(-1)
      expect(log?.text).toContain(`asked the trainer process to end (${signal})`)
      const lastStep = messagesOf(run, 'step').at(-1)
      expect(messagesOf(run, 'checkpoint').at(-1)?.step).toBe(lastStep?.step)
    },
  )

  test('goes on from no checkpoint whose points its parent has not recorded', async () => {
    const job = await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { epochs: 3 } })
    const isRecorded = Promise.withResolvers<void>()
    let asked = 0
    // The parent dies after the first epoch: what it is asked later it never answers.
    const recorded = (): Promise<void> => (++asked === 1 ? Promise.resolve() : isRecorded.promise)
    const paused = await runToy(job, { action: 'pause', after: 20 }, recorded)
    const written = messagesOf(paused, 'checkpoint').map(({ step }) => step)
    expect([written[0], written.at(-1)! > 8]).toEqual([8, true])
    const resumed = await runToy({ ...job, resume: true })
    const whole = await runToy(
      await toyJob({ strategy: 'fine-tuning', trainedBlocks: ['block2'], spec: { epochs: 3 } }),
    )
    const firstEpoch = whole.points.filter((point) => Number(point.split(' ').at(-2)) <= 8)
    expect([...firstEpoch, ...resumed.points]).toEqual(whole.points)
  })

  test('an error of the user’s reaches the parent by its code', async () => {
    const job = await toyJob({ strategy: 'feature-extraction' })
    const run = launchJob({ ...job, spec: { ...job.spec, optimizer: { type: 'adam', learningRate: -1 } } })
    await run.ended
    expect(run.messages.at(-1)).toMatchObject({ type: 'failed', error: { code: 'E_RUN_SPEC' } })
  })
})

describe('a table', () => {
  /** y = 3 * width + 20 for red, 3 * width for blue. */
  async function tableJob(): Promise<TrainJob> {
    const folder = temporaryFolder()
    const job = await toyJob({ strategy: 'fine-tuning', spec: { epochs: 40, batchSize: 16 }, folder })
    const random = seededRandom(4)
    const rows = 200
    const width = Float64Array.from({ length: rows }, () => 50 + 20 * random())
    const colour = Float64Array.from({ length: rows }, () => Math.floor(random() * 2))
    const pack = join(folder, 'table.bin')
    const columns = [
      { name: 'width', type: 'numeric' as const, categories: [], values: width },
      { name: 'colour', type: 'categorical' as const, categories: ['red', 'blue'], values: colour },
    ]
    await writeTable(pack, { rows, columns })
    const items: Manifest['items'] = Array.from({ length: rows }, (_, row) => ({
      id: row + 1,
      name: `row ${row + 1}`,
      path: null,
      row,
      contentHash: `r${row}`,
      split: row % 5 === 0 ? 'validation' : 'train',
      targets: [3 * width[row]! + (colour[row] === 0 ? 20 : 0)],
    }))
    const heads: Manifest['heads'] = [{ name: 'price', column: 'price', type: 'regression', classes: [] }]
    const dataset = { id: 'd', name: 'things', version: 1, hash: 'x', kind: 'table' as const }
    const manifest = join(folder, 'manifest.json')
    writeFileSync(manifest, JSON.stringify({ dataset, heads, pack, items } satisfies Manifest))
    const network = mlp.build(mlp.params.schema.parse({}), { kind: 'table', features: 3 })
    network.layers.push({
      name: 'head_price',
      type: 'Dense',
      config: { units: 1 },
      inputs: [network.features],
      block: 'head',
    })
    const preprocessing: TrainJob['preprocessing'] = {
      kind: 'table',
      columns: [
        { name: 'width', type: 'numeric', mean: 60, std: 5.8 },
        { name: 'colour', type: 'categorical', categories: ['red', 'blue'] },
      ],
    }
    return {
      ...job,
      network: { ...network, outputs: ['head_price'], blocks: [...network.blocks, { name: 'head', label: 'Head' }] },
      states: Object.fromEntries(network.layers.map((layer) => [layer.name, 'fresh' as const])),
      cachedUpTo: null,
      preprocessing,
      manifest,
      weights: null,
    }
  }

  test('is learned from numbers and categories; that nothing tests it is said', async () => {
    const run = await runToy(await tableJob())
    expect(messagesOf(run, 'log').map(({ text }) => text)).toContainEqual(expect.stringMatching(/test split is empty/))
    const metrics = messagesOf(run, 'epoch').at(-1)!.metrics
    expect(metrics['validation.r2']).toBeGreaterThan(0.95)
    expect(metrics['validation.mae']).toBeLessThan(4)
  })
})
