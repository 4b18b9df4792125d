import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestOutput } from '../../../src-main/contract/index.ts'
import type { Network } from '../../../src-main/contract/network.ts'
import { finish, writeModel } from '../../support/fake-trainer.ts'
import { openToyWorkspace, testWorkbench, TOY_SPEC, type TestWorkbench } from '../../support/test-workbench.ts'

type Model = RequestOutput<'models.list'>[number]

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
})
afterEach(() => test.close())

const trained = async (): Promise<Model[]> =>
  (await test.call('models.list', {})).filter((model) => model.kind === 'trained')
const modelFile = (runId: string, name: string): string => join(test.folder, 'ws', 'runs', runId, 'model', name)

async function ended(): Promise<string> {
  const { runId } = await test.call('runs.start', { spec: TOY_SPEC })
  await test.when('runs.changed', ({ run }) => run?.id === runId && ['finished', 'stopped'].includes(run.status))
  return runId
}

describe('trained models', () => {
  it('are listed though one of them is damaged, and that one says so', async () => {
    const [good, bad] = [await ended(), await ended()]
    expect((await trained()).map(({ run }) => run?.problem)).toEqual([null, null])
    truncateSync(modelFile(bad, 'network.json'), 20)
    const list = await trained()
    expect(list.map(({ run }) => run?.runId)).toEqual([bad, good])
    expect(list[0]?.run?.problem).toMatch(/network\.json.*damaged/)
    expect(list[1]?.run?.problem).toBeNull()
    expect(await test.raw('models.export', { runId: bad, format: 'tfjs' })).toMatchObject({
      error: { code: 'E_MODEL_WEIGHTS' },
    })
  })

  it('are not there of a run that was stopped before its first step', async () => {
    test.trainer.script('train', (child) => {
      if (child.job.kind !== 'train') return
      writeModel(child.job)
      finish(child, 'stopped')
    })
    const runId = await ended()
    expect(await trained()).toEqual([])
    expect(await test.raw('models.export', { runId, format: 'tfjs' })).toMatchObject({
      error: { code: 'E_MODEL_UNKNOWN' },
    })
  })

  it('leave nothing of an export whose process was killed', async () => {
    const runId = await ended()
    let partial = ''
    test.trainer.script('export', (child) => {
      if (child.job.kind !== 'export') return
      mkdirSync((partial = `${child.job.folder}.part-7`))
      child.exit(null, 'SIGKILL')
    })
    const { jobId } = await test.call('models.export', { runId, format: 'tfjs' })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'failed')
    expect([partial !== '', existsSync(partial)]).toEqual([true, false])
  })

  it('leave nothing of an export that is cancelled while it is written', async () => {
    const runId = await ended()
    let partial = ''
    test.trainer.script('export', async (child) => {
      if (child.job.kind !== 'export') return
      mkdirSync((partial = `${child.job.folder}.part-7`), { recursive: true })
      child.send({ type: 'progress', done: 0, total: 2, message: 'Writing the files' })
      await child.nextControl()
      finish(child, 'cancelled')
    })
    const { jobId } = await test.call('models.export', { runId, format: 'tfjs' })
    await test.when('jobs.changed', (job) => job.id === jobId && job.message === 'Writing the files')
    await test.call('jobs.cancel', { jobId })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'cancelled')
    expect([partial !== '', existsSync(partial), await test.call('models.exports', {})]).toEqual([true, false, []])
    expect(existsSync(join(test.folder, 'ws', 'unfinished'))).toBe(false)
  })

  it('keep with an export what was chosen for it, defaults included', async () => {
    const runId = await ended()
    const given = { runId, format: 'tfjs', options: { input: 'uint8' }, intendedUse: ' To sort mail. ' }
    const exported = async (input: typeof given | { runId: string; format: string }): Promise<void> => {
      const { jobId } = await test.call('models.export', input)
      await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
    }
    await exported(given)
    await exported({ runId, format: 'keras' })
    const kept = (await test.call('models.exports', {})).map(({ format, options, intendedUse }) => [format, options, intendedUse]) // prettier-ignore
    expect(kept.sort()).toEqual([['keras', { input: 'float32' }, null], ['tfjs', { input: 'uint8' }, 'To sort mail.']]) // prettier-ignore
    expect(await test.raw('models.export', { ...given, options: { layout: 'nchw' } })).toMatchObject({
      error: { code: 'E_EXPORT_FORMAT' },
    })
  })

  it('say which formats cannot hold them, and why, before an export is begun', async () => {
    const runId = await ended()
    const file = modelFile(runId, 'network.json')
    const network = JSON.parse(readFileSync(file, 'utf8')) as Network
    const [input, ...others] = network.layers
    const both = { filters: 2, kernel_size: 2, strides: 2, dilation_rate: 2 }
    const odd = {
      name: 'odd',
      title: 'stem/odd',
      type: 'Conv2D',
      config: both,
      inputs: [input!.name],
      block: input!.block,
    }
    writeFileSync(file, JSON.stringify({ ...network, layers: [input, odd, ...others] }))
    const reason = 'Layer "stem/odd" (Conv2D) cannot be exported for Keras: it has both strides and dilation.'
    const { exports, refusedExports } = (await trained())[0]!.run!
    expect([exports, refusedExports.map(({ format }) => format)]).toEqual([
      ['onnx', 'savedmodel', 'litert', 'pytorch'],
      ['tfjs', 'keras'],
    ])
    expect(refusedExports[1]?.reason).toBe(reason)
    expect(await test.raw('models.export', { runId, format: 'keras' })).toMatchObject({
      error: { code: 'E_MODEL_UNSUPPORTED', message: reason },
    })
    expect(test.trainer.children.some(({ job }) => job.kind === 'export')).toBe(false)
  })

  it('give an int8 export items of all its training split, and no other export any', async () => {
    const runId = await ended()
    const samplesOf = async (options: Record<string, unknown>) => {
      const { jobId } = await test.call('models.export', { runId, format: 'litert', options })
      await test.when('jobs.changed', ({ id, status }) => id === jobId && status === 'done')
      const { job } = test.trainer.children.at(-1)!
      return job.kind === 'export' ? job.samples : null
    }
    expect((await samplesOf({}))?.calibration).toBeUndefined()
    const { calibration = [], items } = (await samplesOf({ weights: 'int8' }))!
    expect(calibration.length).toBeGreaterThan(0)
    expect(new Set(calibration.map(({ split }) => split))).toEqual(new Set(['train']))
    const trainItems = items.filter(({ split }) => split === 'train').map(({ id }) => id)
    expect(calibration.map(({ id }) => id)).toEqual(trainItems)
  })

  it('offer rules only where a tree tests columns', async () => {
    const runId = await ended()
    expect((await trained())[0]?.run?.exports).toEqual(['tfjs', 'keras', 'onnx', 'savedmodel', 'litert', 'pytorch'])
    expect(await test.raw('models.export', { runId, format: 'rules' })).toMatchObject({
      error: { code: 'E_EXPORT_FORMAT' },
    })
    const layer = { config: {}, block: 'tree' }
    const layers = [
      { ...layer, name: 'input', type: 'InputLayer', inputs: [] },
      { ...layer, name: 'tree_tests', type: 'Dense', inputs: ['input'] },
    ]
    const network = { name: 'toy-tree', blocks: [], layers, outputs: ['tree_tests'], features: 'input' }
    writeFileSync(modelFile(runId, 'network.json'), JSON.stringify(network))
    writeFileSync(modelFile(runId, 'preprocessing.json'), JSON.stringify({ kind: 'table', columns: [] }))
    expect((await trained())[0]?.run?.exports).toEqual([
      'tfjs',
      'keras',
      'onnx',
      'savedmodel',
      'litert',
      'pytorch',
      'rules',
    ])
  })
})
