import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, pinnedNode, projectRoot } from '../../build/setup/context.mjs'
import { buildForElectron22 } from './electron-22/build-app.ts'
import { FIRST_WITHOUT_COMPATIBILITY, type RealElectron } from './real-electron.ts'

/** `npm run package -- --dir` around a real Electron; answers the folder that a user would get. */
export async function packageApp(electron: RealElectron, output: string): Promise<string> {
  const isOld = electron.major < FIRST_WITHOUT_COMPATIBILITY
  const config = isOld ? 'test/support/electron-22/electron-builder.config.mjs' : 'build/electron-builder.config.mjs'
  const args = [
    ...['node_modules/electron-builder/cli.js', '--linux', '--x64', '--dir', '--publish', 'never', '--config', config],
    ...[`-c.electronDist=${electron.folder}`, `-c.directories.output=${output}`],
  ]
  const env = isOld ? { ...process.env, GRAFT_ELECTRON_22: await buildForElectron22() } : process.env
  const result = spawnSync(pinnedNode(createContext()), args, { cwd: projectRoot, encoding: 'utf8', env })
  if (result.status !== 0) throw new Error(result.stdout + result.stderr)
  const app = join(output, 'linux-unpacked')
  if (process.getuid?.() === 0) {
    // As an installer leaves it: the helper of the sandbox belongs to root.
    chownSync(join(app, 'chrome-sandbox'), 0, 0)
    chmodSync(join(app, 'chrome-sandbox'), 0o4755)
  }
  return app
}
