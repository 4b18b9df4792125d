import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Manifest, type TrainJob } from '../../src-main/contract/trainer.ts'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { withLinearHead, withStrategy } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../support/toy-run.ts'
import { withTasks } from '../support/toy-tasks.ts'
import { strategySuite } from './strategy-suite.ts'

strategySuite('feature-extraction', { form: 'converged head', isSeedless: true })

const converged = (job: TrainJob) => withStrategy(withLinearHead(job), { head: 'converged' })
const exhibitsOf = (run: ToyRun) => messagesOf(run, 'exhibit').map(({ exhibit }) => exhibit)

function withManifest(job: TrainJob, change: (item: Manifest['items'][number]) => Manifest['items'][number]): TrainJob {
  const manifest = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  const path = `${job.manifest}.changed.json`
  writeFileSync(path, JSON.stringify({ ...manifest, items: manifest.items.map(change) }))
  return { ...job, manifest: path }
}

describe('a head to convergence', () => {
  test('tells each strength, and keeps the epoch of the smallest validation loss', async () => {
    const run = await runToy(converged(await toyJob({ strategy: 'feature-extraction' })))
    const epochs = messagesOf(run, 'epoch').map(({ metrics }) => metrics['validation.loss']!)
    const [kept] = messagesOf(run, 'kept')
    expect(epochs[kept!.epoch - 1]).toBe(Math.min(...epochs))
    const [exhibit] = exhibitsOf(run)
    expect(exhibit).toMatchObject({ kind: 'table', id: 'strengths-0', own: kept!.epoch - 1 })
    expect(exhibit).toHaveProperty('rows.length', epochs.length)
    // Two that are no better end the path, unless the weakest penalty is best.
    expect([kept!.epoch + 2, 8]).toContain(epochs.length)
    // What the loss is said to be is what the saved layer gives.
    const predictions = messagesOf(run, 'predictions').filter(({ split }) => split === 'validation')
    const losses = predictions.flatMap(({ rows }) => rows.map(({ loss }) => loss!))
    expect(losses.reduce((a, b) => a + b, 0) / losses.length).toBeCloseTo(Math.min(...epochs), 5)
  })

  test('of several heads gives each what it would have alone', async () => {
    const tasks = converged(withTasks(await toyJob({ strategy: 'feature-extraction' })))
    const run = await runToy(tasks)
    expect(run.outcome).toBe('finished')
    expect(exhibitsOf(run).map(({ id }) => id)).toEqual(['strengths-0', 'strengths-1', 'strengths-2'])
    const alone = converged(await toyJob({ strategy: 'feature-extraction' }))
    await runToy(alone)
    const weightsOf = (job: TrainJob) => readAllFloat32(join(job.folder, 'model', 'weights.safetensors'))
    const [both, one] = [weightsOf(tasks), weightsOf(alone)]
    for (const name of ['head_label/kernel', 'head_label/bias']) {
      const [a, b] = [both.get(name)!.values, one.get(name)!.values]
      // Other blocks of rows, other rounding.
      a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 2))
    }
    // Heads that are best at different strengths are measured together at the end.
    const last = messagesOf(run, 'epoch').at(-1)!
    const predicted = messagesOf(run, 'predictions').filter(
      ({ split, head }) => split === 'validation' && head === 'height',
    )
    const losses = predicted.flatMap(({ rows }) =>
      rows.filter(({ expected }) => expected !== null).map(({ loss }) => loss!),
    )
    expect(last.metrics['validation.height.loss']).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / losses.length, 5)
  })

  test('without a validation label takes C = 1, and says so', async () => {
    const job = withManifest(converged(await toyJob({ strategy: 'feature-extraction' })), (item) =>
      item.split === 'validation' ? { ...item, targets: [null] } : item,
    )
    const run = await runToy(job)
    expect(run.outcome).toBe('finished')
    const [exhibit] = exhibitsOf(run)
    expect(exhibit).toMatchObject({ rows: [['1', null, null, expect.any(Number)]] })
    expect(exhibit!.words).toContain('No label of the validation split')
  })

  test('is refused in the trainer, too, where something learns in front of it', async () => {
    const job = withStrategy(await toyJob({ strategy: 'feature-extraction' }), { head: 'converged' })
    await expect(runToy(job)).rejects.toMatchObject({
      code: 'E_RUN_SPEC',
      message: expect.stringContaining('new1_dense'),
    })
  })
})
