import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openToyWorkspace, testWorkbench, type TestWorkbench, trainToyRun } from '../../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
})
afterEach(() => test.close())

it('a card is found by the id of its export, while it is a plain file there', async () => {
  const runId = await trainToyRun(test)
  const { jobId } = await test.call('models.export', { runId, format: 'tfjs' })
  await test.when('jobs.changed', ({ id, status }) => id === jobId && status === 'done')
  const [record] = await test.call('models.exports', { runId })
  const path = ['card', record?.id ?? '']
  expect(test.workbench.media(path)).toBeNull()
  const file = join(record?.folder ?? '', 'model-card.html')
  mkdirSync(record?.folder ?? '', { recursive: true })
  writeFileSync(file, '<p>card')
  expect(test.workbench.media(path)).toEqual({ type: 'text/html; charset=utf-8', path: file, offset: 0, length: 7 })
  expect(test.workbench.media([...path, 'model.json'])).toBeNull()
  expect(test.workbench.media(['card', '../../x'])).toBeNull()
  expect(test.workbench.media(['report', record?.id ?? ''])).toBeNull()
  rmSync(file)
  symlinkSync('/etc/passwd', file)
  expect(test.workbench.media(path)).toBeNull()
})
