import { join } from 'node:path'
import { chooseSource, type DesktopApp } from '../../support/desktop-app.ts'
import type { StagedApp } from '../../support/stage-electron.ts'

/** The shipped sample of handwritten digits, imported into the open workspace as `digits`. */
export async function importDigits(desktop: DesktopApp, stage: StagedApp): Promise<void> {
  const source = await chooseSource(desktop, join(stage.app, 'resources/samples/digits'))
  const started = await desktop.call<{ jobId: string }>('datasets.import', { source, options: { name: 'digits' } })
  if (!started.ok) throw new Error(started.error?.message)
  for (let status = ''; status !== 'done';) {
    await desktop.page.waitForTimeout(200)
    const { value } = await desktop.call<{ status: string }>('jobs.get', { jobId: started.value?.jobId })
    status = value?.status ?? ''
    if (status === 'failed') throw new Error(JSON.stringify(value))
  }
}
