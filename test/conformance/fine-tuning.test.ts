import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TrainJob } from '../../src-main/contract/trainer.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../support/toy-run.ts'

/** Everything that fine-tuning has beside the head first, at once: a phase for the head, one per block, one for all. */
const strategy = {
  type: 'fine-tuning',
  headEpochs: 1,
  unfreezeEvery: 1,
  rateRule: 'geometric',
  lowestRateShare: 0.1,
  startingPointPenalty: 0.01,
}

const job = (more: Record<string, unknown> = {}, epochs = 4) =>
  toyJob({
    strategy: 'fine-tuning',
    trainedBlocks: ['block1', 'block2'],
    spec: { epochs, strategy: { ...strategy, ...more } },
  })

const modelWeights = (one: TrainJob) => readFileSync(join(one.folder, 'model', 'weights.safetensors'))
const moved = (run: ToyRun, layer: string) =>
  messagesOf(run, 'weights')[0]!.changes.find((change) => change.layer === layer)!.change

test('learns through its phases, compiled, leaving no tensor; the penalty is a series', async () => {
  const before = nativeRuntime().tf.memory().numTensors
  const run = await runToy(await job({}, 8))
  expect(nativeRuntime().tf.memory().numTensors).toBe(before)
  expect([...new Set(messagesOf(run, 'step').map(({ phase }) => phase))].slice(0, 3)).toEqual([
    'head',
    'unfreeze 1 of 2',
    'fine-tune',
  ])
  expect(messagesOf(run, 'epoch').map(({ engine }) => engine)).not.toContain('eager')
  const penalties = messagesOf(run, 'epoch').map(({ metrics }) => metrics['train.penalty']!)
  expect(penalties.every((penalty) => penalty > 0)).toBe(true)
  const losses = messagesOf(run, 'epoch').map(({ metrics }) => metrics['train.loss']!)
  expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.7)
})

test.each([13, 22, 32])(
  'pausing at step %i, in another phase each, and resuming gives the same numbers',
  async (after) => {
    const whole = await job()
    const uninterrupted = await runToy(whole)
    const parted = await job()
    const paused = await runToy(parted, { action: 'pause', after })
    expect(paused.outcome).toBe('paused')
    const kept = messagesOf(paused, 'checkpoint').at(-1)!
    const resumed = await runToy({ ...parted, resume: true })
    const points = [...paused.points.filter((point) => Number(point.split(' ').at(-2)) <= kept.step), ...resumed.points]
    expect(points).toEqual(uninterrupted.points)
    expect(modelWeights(parted).equals(modelWeights(whole))).toBe(true)
  },
)

test('a strong pull to the start keeps reused weights there', async () => {
  const [free, pulled] = [
    await runToy(await job({ startingPointPenalty: null })),
    await runToy(await job({ startingPointPenalty: 50 })),
  ]
  for (const layer of ['block1_conv', 'block2_conv']) expect(moved(pulled, layer)).toBeLessThan(moved(free, layer) / 2)
})

test('a lower rate below moves the first block less', async () => {
  const plain = { unfreezeEvery: null, startingPointPenalty: null }
  const [even, geometric] = [
    await runToy(await job({ ...plain, rateRule: 'decay' })),
    await runToy(await job({ ...plain, lowestRateShare: 0.001 })),
  ]
  expect(moved(geometric, 'block1_conv')).toBeLessThan(moved(even, 'block1_conv') / 10)
})
