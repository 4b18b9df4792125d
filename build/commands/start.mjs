import { join } from 'node:path'
import { pinnedNode } from '../setup/context.mjs'
import { ensureElectron } from '../setup/ensure-electron.mjs'
import { runCommand } from '../setup/problem.mjs'
import { runForeground } from '../setup/process.mjs'
import { setUp } from '../setup/set-up.mjs'

/** `npm start`: sets everything up, then opens Graft in Electron, or in a browser where Electron cannot be had. */
await runCommand(async () => {
  const context = await setUp()
  const args = process.argv.slice(2)
  const electron = args.some((arg) => arg === '--no-open' || arg.startsWith('--port'))
    ? { reason: 'a browser was asked for (--no-open or --port)' }
    : await ensureElectron(context)
  if (electron.path) return runForeground(electron.path, [context.root, ...args], { cwd: process.cwd() })
  context.progress.say(`Opening in a browser, because Electron is not used: ${electron.reason}.`)
  const host = join(context.root, 'src-main', 'hosts', 'http', 'main.ts')
  return runForeground(pinnedNode(context), ['--disable-warning=ExperimentalWarning', host, ...args])
})
