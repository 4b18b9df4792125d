import type { TestProject } from 'vitest/node'
import { type StagedApp, stageElectron } from '../support/stage-electron.ts'
import { openDisplay } from '../support/xvfb.ts'

declare module 'vitest' {
  interface ProvidedContext {
    stage: StagedApp
    /** As in `DISPLAY`. */
    display: string
  }
}

/** One Electron with the built app, and one screen, for all files of this folder. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { remove, ...stage } = await stageElectron()
  const display = await openDisplay()
  project.provide('stage', stage)
  project.provide('display', display.name)
  return () => {
    display.stop()
    remove()
  }
}
