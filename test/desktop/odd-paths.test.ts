import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import type { WorkspaceState } from '../../src-main/contract/workspace.ts'
import { screenshot } from '../support/browser.ts'
import { choose, give } from '../support/desktop-app.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { writableFolder } from '../support/stage-electron.ts'
import { exportRun, importFrom, isFinished, lenet, must, startRun, waitForRun } from './drive.ts'
import { startTestApp } from './support.ts'

/** What a path may hold and a URL, a shell or a careless split does not take as it is. The é is two characters. */
const ODD = `my "data" 'n #1, 100% sure? & more; $HOME 日本語 Привет e\u0301 🌱`

test('a workspace and data on a path of odd characters: imported, drawn, trained, exported, opened again', async () => {
  const stage = inject('stage')
  const root = join(writableFolder(stage, 'odd'), ODD)
  const photos = join(root, `${ODD} photos`)
  mkdirSync(photos, { recursive: true })
  await makePhotoFolder(photos, { perClass: 6, side: 120, size: 64, seed: 5 })
  renameSync(join(photos, 'astronaut'), join(photos, ODD))
  renameSync(join(photos, ODD, '000.jpg'), join(photos, ODD, `${ODD}.jpg`))
  give(stage, root)
  const workspace = join(root, `${ODD} workspace`)

  const desktop = await startTestApp({ args: ['--workspace', workspace] })
  await desktop.page.getByText('No data in this workspace yet').waitFor()
  await choose(desktop, photos)
  await desktop.page.getByRole('main').getByRole('button', { name: 'Import' }).first().click()
  await desktop.page.getByRole('button', { name: /^A folder/ }).click()
  await desktop.page.getByText('8 classes, 48 images').waitFor()
  await desktop.page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
  await desktop.page.getByRole('option', { name: ODD }).first().waitFor()

  // Every picture on the screen is really there.
  const drawn = () =>
    desktop.page
      .locator('img[src^="wb://media/"]')
      .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
  await expect.poll(async () => (await drawn()).length, { timeout: 20_000 }).toBeGreaterThan(8)
  await expect.poll(async () => Math.min(...(await drawn())), { timeout: 20_000 }).toBeGreaterThan(0)
  await screenshot(desktop.page, 'desktop-odd-path')

  const [dataset] = await must<{ name: string }[]>(desktop, 'datasets.list')
  const base = { architecture: 'lenet', inputSize: 32, channels: 3 as const }
  const runId = await startRun(
    desktop,
    lenet({ dataset: dataset?.name as string, base, epochs: 1, batchSize: 8, name: ODD }),
  )
  await waitForRun(desktop, runId, isFinished)
  const made = await exportRun(desktop, runId, 'tfjs')
  expect(made.folder.startsWith(workspace)).toBe(true)
  for (const file of made.files) expect(statSync(join(made.folder, file.name)).size).toBeGreaterThan(0)
  await desktop.close()

  const again = await startTestApp({ home: desktop.home })
  await again.page.getByRole('button', { name: ODD }).first().click()
  await again.page.getByRole('option', { name: ODD }).first().waitFor()
  expect((await must<WorkspaceState>(again, 'workspace.state')).path).toBe(workspace)
  expect(existsSync(join(workspace, 'graft.sqlite'))).toBe(true)
  await importFrom(again, photos, 'once more')
  expect([...desktop.said, ...again.said].filter((line) => /console|page error/.test(line))).toEqual([])
})
