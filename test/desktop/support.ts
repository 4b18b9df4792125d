import { inject, onTestFinished } from 'vitest'
import { type DesktopApp, type StartOptions, startDesktop } from '../support/desktop-app.ts'
import { keepFailure } from '../support/browser.ts'
import { display } from './display.ts'

/** The app on a fresh home, for one test; its window is kept as a picture when the test fails. */
export async function startTestApp(options: StartOptions = {}): Promise<DesktopApp> {
  const desktop = await startDesktop(inject('stage'), display, options)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      process.stderr.write(desktop.said.join('').slice(-4000))
      await keepFailure(desktop.page, task.name).catch(() => undefined)
    }
    await desktop.close()
  })
  return desktop
}
