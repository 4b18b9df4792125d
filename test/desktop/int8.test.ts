import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { hasInt8, int8Refusal } from '../../src-main/base/cpu-features.ts'
import type { Run, RunDetail } from '../../src-main/contract/runs.ts'
import { draftKey } from '../../src-renderer/features/bench/draft.ts'
import { keepFailure, openScreen, screenshot } from '../support/browser.ts'
import { type DesktopApp, startDesktop } from '../support/desktop-app.ts'
import { display } from './display.ts'
import { must, openDigits } from './drive.ts'

/** A frozen part in int8, from the bench of the desktop's window to the run's page. */

const isHere = hasInt8()
if (!isHere) console.log(`skipped: no int8 on this computer: ${int8Refusal()}`)
let desktop: DesktopApp

beforeAll(async () => {
  if (!isHere) return
  desktop = await startDesktop(inject('stage'), display)
  const path = await openDigits(desktop)
  const strategy = { type: 'feature-extraction', head: 'converged' }
  const spec = { name: 'rounded', dataset: 'digits', base: 'efficientnet-lite0', inputSize: 32, strategy }
  await must(desktop, 'system.setSetting', { key: draftKey(path), value: { spec, seeds: '1' } })
})
afterAll(() => desktop?.close())
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepFailure(desktop.page, task.name)
})

const page = () => desktop.page

test.skipIf(!isHere)('is chosen on the bench, trained with, and told of on a tab of its own', async () => {
  await openScreen(page(), 'Bench')
  const picker = page().getByRole('radiogroup', { name: 'Frozen part computes in' })
  await picker.scrollIntoViewIfNeeded()
  await picker.getByRole('radio', { name: 'int8', exact: true }).check()
  await page().getByRole('button', { name: 'Train', exact: true }).first().click()
  await page().getByRole('heading', { name: 'rounded', level: 1 }).waitFor()
  await page().getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 240_000 })
  const { runs } = await must<{ runs: Run[] }>(desktop, 'runs.list')
  const { cache } = await must<RunDetail>(desktop, 'runs.get', { runId: runs[0]!.id })
  expect(cache).toMatchObject({ precision: 'int8', features: { top1: expect.any(Number) as number } })
  await page().getByRole('tab', { name: 'Precision' }).click()
  await page().getByText('Same answers', { exact: true }).waitFor()
  const ranges = page().getByRole('region', { name: 'Ranges by operation' }).getByRole('row')
  expect(await ranges.count()).toBeGreaterThan(30)
  await screenshot(page(), 'desktop-int8')
})

test.skipIf(!isHere)('goes without an error in the window', async () => {
  expect(desktop.said.filter((line) => /console|page error/.test(line))).toEqual([])
  expect(await must(desktop, 'failures.list')).toEqual({ total: 0, failures: [] })
})
