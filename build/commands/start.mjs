import { join } from 'node:path'
import { pinnedNode } from '../setup/context.mjs'
import { ensureElectron } from '../setup/ensure-electron.mjs'
import { runCommand } from '../setup/problem.mjs'
import { runForeground } from '../setup/process.mjs'
import { setUp } from '../setup/set-up.mjs'

/** An Electron that ends this soon, with an error, never showed a window (no sandbox helper, no display server). */
const STARTS_WITHIN_MS = 8_000

/** `npm start`: sets everything up, then opens Graft in Electron, or in a browser where Electron cannot be had. */
await runCommand(async () => {
  const context = await setUp()
  const args = process.argv.slice(2)
  const electron = wantsBrowser(args)
    ? { reason: 'a browser was asked for (--no-open or --port)' }
    : await ensureElectron(context)
  if (electron.path) {
    const started = Date.now()
    const code = await runForeground(electron.path, [context.root, ...args])
    if (code === 0 || code === 130 || Date.now() - started > STARTS_WITHIN_MS) return code
    electron.reason = `it ended at once with code ${code}`
  }
  context.progress.say(`Opening in a browser, because Electron is not used: ${electron.reason}.`)
  const host = join(context.root, 'src-main', 'hosts', 'http', 'main.ts')
  return runForeground(pinnedNode(context), ['--disable-warning=ExperimentalWarning', host, ...args])
})

function wantsBrowser(args) {
  return args.some((arg) => arg === '--no-open' || arg === '--help' || arg.startsWith('--port'))
}
