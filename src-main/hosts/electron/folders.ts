import { join } from 'node:path'
import { app } from 'electron'
import { userFolder } from '../shared/node-ports.ts'

export interface Folders {
  /** The built page. */
  readonly page: string
  readonly preload: string
  /** Entry of the trainer process. */
  readonly trainer: string
  readonly resources: string
  readonly icon: string
  readonly user: string
}

/** Where the parts lie: beside the sources when Electron runs a checkout, in the package otherwise. */
export function folders(): Folders {
  const root = app.getAppPath()
  const resources = app.isPackaged ? process.resourcesPath : root
  return {
    page: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    trainer: join(root, 'out', 'main', 'trainer', 'main.js'),
    resources: join(resources, 'resources'),
    icon: join(resources, app.isPackaged ? 'icon.png' : join('build', 'icons', 'icon.png')),
    user: userFolder(),
  }
}
