import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { computerName } from '../../../src-main/base/computer-name.ts'
import { trainUntilTold } from '../../support/toy-scripts.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench, TOY_SPEC } from '../../support/test-workbench.ts'

let test: TestWorkbench

beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
})
afterEach(() => test.close())

const speeds = () => join(test.folder, 'user', 'speeds.json')
const speedOf = async (id: string) => (await test.call('models.list', {})).find((model) => model.id === id)?.speed

async function measure(modelId: string) {
  const { jobId } = await test.call('models.measure', { modelId })
  return test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
}

it('is measured once, and kept for this computer beside any workspace', async () => {
  expect(await speedOf('efficientnet-lite0')).toBeNull()
  const job = await measure('efficientnet-lite0')
  expect(job).toMatchObject({ status: 'done', kind: 'measure-speed', result: { imagesPerSecond: 240 } })
  expect(await speedOf('efficientnet-lite0')).toEqual(job.result)
  expect(await speedOf('efficientnet-lite2')).toBeNull()
  const kept = JSON.parse(readFileSync(speeds(), 'utf8')) as Record<string, object>
  expect(Object.keys(kept)).toEqual([computerName()])
  // What another computer has measured in the same folder stays, and is not this one's.
  writeFileSync(speeds(), JSON.stringify({ 'another, of 64 cores': Object.values(kept)[0] }))
  expect(await speedOf('efficientnet-lite0')).toBeNull()
  await measure('lenet')
  expect(Object.keys(JSON.parse(readFileSync(speeds(), 'utf8')) as object)).toHaveLength(2)
})

it('a damaged file of measurements costs the measurements alone', async () => {
  mkdirSync(join(test.folder, 'user'), { recursive: true })
  writeFileSync(speeds(), '{ "half": ')
  expect(await speedOf('lenet')).toBeNull()
  await measure('lenet')
  expect(await speedOf('lenet')).toMatchObject({ imagesPerSecond: 240 })
})

it('is not measured while a run trains', async () => {
  test.trainer.script('train', trainUntilTold)
  const { runId } = await test.call('runs.start', { spec: TOY_SPEC })
  await test.when('runs.changed', ({ run }) => run?.id === runId && run?.status === 'running')
  await expect(test.call('models.measure', { modelId: 'lenet' })).rejects.toMatchObject({ code: 'E_RUN_STATE' })
})
