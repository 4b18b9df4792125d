import { mkdirSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { exportTo, importAs, importingWorkbench, picture, writeIn } from './dataset-exports.ts'
import { importToyDataset, TOY_SPEC, testWorkbench } from './test-workbench.ts'

/** Begins to export a dataset or a model, says so once a part of it is there, and then stands still until it is killed. */
const [, , what, folder = '', out = ''] = process.argv
if (what === 'dataset') await exportDataset()
else await exportModel()

async function exportDataset(): Promise<void> {
  const test = await importingWorkbench(folder)
  for (let i = 0; i < 1500; i++) writeIn(test, `photos/${i % 2}/${i}.png`, picture(i))
  const { id } = await importAs(test, 'photos', join(folder, 'photos'))
  test.workbench.subscribe((name, payload) => {
    if (name === 'jobs.changed' && (payload as { message: string }).message === 'Writing pictures') standStill()
  })
  await exportTo(test, id, out, { format: 'csv' })
}

async function exportModel(): Promise<void> {
  const test = testWorkbench({ folder })
  await test.call('workspace.open', { source: join(folder, 'ws'), create: true })
  await importToyDataset(test)
  const { runId } = await test.call('runs.start', { spec: TOY_SPEC })
  await test.when('runs.changed', ({ run }) => run?.id === runId && run.status === 'finished')
  test.trainer.script('export', ({ job }) => {
    if (job.kind !== 'export') return
    mkdirSync(`${job.folder}.part-4194304`)
    writeFileSync(join(`${job.folder}.part-4194304`, 'model.json'), '{}')
    standStill()
  })
  await test.call('models.export', { runId, format: 'tfjs', folder: out })
}

function standStill(): never {
  writeSync(1, 'writing\n')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
