import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestInput } from '../../../src-main/contract/index.ts'
import { finish } from '../../support/fake-trainer.ts'
import { COLOURS, writeGraftModel } from '../../support/graft-model.ts'
import { trainUntilTold } from '../../support/toy-scripts.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench, TOY_SPEC } from '../../support/test-workbench.ts'

let test: TestWorkbench
let file: string

beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
  file = writeGraftModel(join(test.folder, 'colours'))
})
afterEach(() => test.close())

async function take(more: Partial<RequestInput<'models.import'>> = {}) {
  const { jobId } = await test.call('models.import', { source: file, ...more })
  return test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
}
const listed = async (id: string) => (await test.call('models.list', {})).find((model) => model.id === id)
const manifest = (name: string) => join(test.folder, 'ws', 'models', name, 'manifest.json')
const spec = (base: string) => ({ ...TOY_SPEC, base, strategy: { type: 'feature-extraction' } })

function forgetPreparation(name: string): void {
  const content = JSON.parse(readFileSync(manifest(name), 'utf8')) as object
  writeFileSync(manifest(name), `${JSON.stringify({ ...content, preprocessing: null, preparation: null })} `)
}

describe('an imported model', () => {
  it('is a base like any other, with where it is from', async () => {
    const { result } = await take({ licence: ' MIT ', trainedOn: 'Coloured squares' })
    expect(result).toMatchObject({ modelId: 'imported:colours', classes: COLOURS, inputShape: [32, 32, 3] })
    expect(await listed('imported:colours')).toMatchObject({
      kind: 'imported',
      title: 'colours',
      licence: 'MIT',
      trainedOn: 'Coloured squares',
      speed: null,
      inputSizes: [32],
      imported: { format: 'Graft model', isPrepared: true, isShared: false, classes: 3, fault: null },
    })
    const { network } = await test.call('models.describe', { base: 'imported:colours' })
    expect(network.outputs).toEqual(['classes'])
    const plan = await test.call('models.plan', { spec: spec('imported:colours') })
    expect(plan.problems.filter(({ level }) => level === 'block')).toEqual([])
    expect(Object.values(plan.states)).toContain('frozen')
  })

  it('predicts before anything is trained, with logits where its file has a softmax', async () => {
    await take()
    await test.call('models.predict', { runId: 'imported:colours', sources: [test.folder] })
    const job = test.trainer.children.findLast(({ job }) => job.kind === 'predict')?.job
    if (job?.kind !== 'predict') throw new Error('no prediction')
    expect(job.model.heads[0]?.classes).toEqual(COLOURS)
    expect(job.model.network.layers.at(-1)?.config['activation']).toBe('linear')
  })

  it('is given a name of its own where the file’s is taken; a chosen one that is taken is refused', async () => {
    await take()
    expect((await take()).result?.['modelId']).toBe('imported:colours-2')
    await expect(take({ name: 'COLOURS' })).rejects.toMatchObject({ code: 'E_MODEL_NAME' })
    await expect(test.call('models.rename', { modelId: 'imported:colours', name: 'colours 2' })).rejects.toMatchObject({
      code: 'E_MODEL_NAME',
    })
  })

  it('keeps its id when it gets another name', async () => {
    await take()
    await test.call('models.rename', { modelId: 'imported:colours', name: 'Paints' })
    expect((await listed('imported:colours'))?.title).toBe('Paints')
  })

  it('on the shelf stands in every workspace', async () => {
    await take({ shared: true })
    await test.call('workspace.open', { source: join(test.folder, 'other'), create: true })
    expect((await listed('imported:colours'))?.imported?.isShared).toBe(true)
  })

  it('that is damaged is listed with what is wrong', async () => {
    await take()
    writeFileSync(manifest('colours'), '{')
    expect((await listed('imported:colours'))?.imported?.fault).toContain('Import it again')
    await test.call('models.remove', { modelId: 'imported:colours' })
    expect(await listed('imported:colours')).toBeUndefined()
  })

  it('of which nothing could be read leaves nothing behind', async () => {
    writeFileSync(join(file, 'network.json'), '{')
    expect((await take()).error?.code).toBe('E_MODEL_FILE')
    expect(readdirSync(join(test.folder, 'ws', 'models'))).toEqual([])
  })
})

describe('a preparation that is not known', () => {
  beforeEach(async () => {
    await take()
    forgetPreparation('colours')
  })

  it('blocks training and predicting, in words', async () => {
    const { problems } = await test.call('models.plan', { spec: spec('imported:colours') })
    expect(problems.find(({ code }) => code === 'preparation')?.level).toBe('block')
    await expect(
      test.call('models.predict', { runId: 'imported:colours', sources: [test.folder] }),
    ).rejects.toMatchObject({ code: 'E_PREDICT_INPUT' })
  })

  it('blocks a strategy that learns from it, too', async () => {
    const strategy = { type: 'distillation', teachers: ['imported:colours'] }
    const { problems } = await test.call('models.plan', { spec: { ...TOY_SPEC, strategy } })
    expect(problems.find(({ code }) => code === 'preparation')?.message).toContain('strategy.teachers')
  })

  it('is chosen later; caffe changes the weights, and back again', async () => {
    const before = (await listed('imported:colours'))?.sha256
    const turned = await test.call('models.setPreparation', { modelId: 'imported:colours', preparation: 'caffe' })
    expect(turned.sha256).not.toBe(before)
    expect(turned.imported?.isPrepared).toBe(true)
    const back = await test.call('models.setPreparation', { modelId: 'imported:colours', preparation: '-1..1' })
    expect(back.sha256).toBe(before)
    expect(existsSync(join(test.folder, 'ws', 'models', 'colours', 'weights-bgr.safetensors'))).toBe(false)
    const plan = await test.call('models.plan', { spec: spec('imported:colours') })
    expect(plan.preprocessing).toMatchObject({ mean: [0.5, 0.5, 0.5] })
  })
})

it('a model that an unfinished run needs is neither changed nor removed', async () => {
  await take()
  test.trainer.script('train', trainUntilTold)
  const { runId } = await test.call('runs.start', { spec: spec('imported:colours') })
  const refused = { code: 'E_RUN_STATE', message: expect.stringContaining('toy run') as string }
  await expect(test.call('models.remove', { modelId: 'imported:colours' })).rejects.toMatchObject(refused)
  await expect(
    test.call('models.setPreparation', { modelId: 'imported:colours', preparation: 'raw' }),
  ).rejects.toMatchObject(refused)
  await test.call('runs.stop', { runId })
  await test.when('runs.changed', (event) => event.runId === runId && event.run?.status === 'stopped')
  await test.call('models.remove', { modelId: 'imported:colours' })
})

it('a run whose shared model was removed from another workspace says how to bring it back, and goes on then', async () => {
  await take({ shared: true })
  test.trainer.script('train', trainUntilTold)
  const { runId } = await test.call('runs.start', { spec: spec('imported:colours') })
  const becomes = (status: string) =>
    test.when('runs.changed', ({ run }) => run?.id === runId && run?.status === status)
  await becomes('running')
  await test.call('runs.pause', { runId })
  await becomes('paused')
  await test.call('workspace.open', { source: join(test.folder, 'other'), create: true })
  await test.call('models.remove', { modelId: 'imported:colours' })
  await test.call('workspace.open', { source: join(test.folder, 'ws') })
  await test.call('runs.resume', { runId })
  const { run } = await becomes('failed')
  expect(run?.reason).toContain('Expected the imported model "colours"')
  expect(run?.reason).toContain('graft model import FILE --name colours')
  await expect(
    test.call('models.predict', { runId: 'imported:colours', sources: [test.folder] }),
  ).rejects.toMatchObject({ code: 'E_MODEL_UNKNOWN', fix: expect.stringContaining('--name colours') as string })
  await take({ shared: true, name: 'colours' })
  await test.call('runs.resume', { runId })
  const trainings = () => test.trainer.children.filter(({ job }) => job.kind === 'train').length
  await expect.poll(trainings).toBe(2)
})

it('two imports of one name do not write over each other', async () => {
  const hold = Promise.withResolvers<void>()
  test.trainer.script('import-model', async (child) => {
    await hold.promise
    finish(child)
  })
  const first = await test.call('models.import', { source: file, name: 'One' })
  const second = await test.call('models.import', { source: file, name: 'one' })
  const ended = await test.when('jobs.changed', (job) => job.id === second.jobId && job.status === 'failed')
  expect(ended.error?.code).toBe('E_MODEL_NAME')
  hold.resolve()
  await test.when('jobs.changed', (job) => job.id === first.jobId && job.status !== 'running')
})
