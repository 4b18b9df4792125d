import type { TestProject } from 'vitest/node'
import { type StagedApp, stageElectron } from '../support/stage-electron.ts'

declare module 'vitest' {
  interface ProvidedContext {
    stage: StagedApp
  }
}

/** One Electron with the built app for all files of this folder. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { remove, ...stage } = await stageElectron()
  project.provide('stage', stage)
  return remove
}
