import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { ensureElectron } from '../setup/ensure-electron.mjs'
import { programPath } from '../setup/ensure-programs.mjs'
import { stopCleanly } from '../setup/interrupt.mjs'
import { runCommand } from '../setup/problem.mjs'
import { runForeground } from '../setup/process.mjs'
import { runElectron } from '../setup/run-electron.mjs'
import { setUp } from '../setup/set-up.mjs'

/** `npm start`: sets everything up, then opens Graft in Electron, or in a browser where Electron cannot be had. */
await runCommand(async () => {
  const context = await setUp()
  const args = process.argv.slice(2)
  const electron = wantsBrowser(args)
    ? { reason: 'a browser was asked for (--no-open or --port)' }
    : await getElectron(context)
  const ended = electron.path ? await runElectron(context, electron.path, [context.root, ...args]) : electron
  if (!ended.reason) return ended.code
  context.progress.say(`Opening in a browser, because Electron is not used: ${ended.reason}.`)
  return runForeground(
    pinnedNode(context),
    ['--disable-warning=ExperimentalWarning', programPath(context, 'http'), ...args],
    {
      env: nodeEnvironment(context),
    },
  )
})

async function getElectron(context) {
  const release = stopCleanly()
  try {
    return await ensureElectron(context)
  } finally {
    release()
  }
}

function wantsBrowser(args) {
  return args.some((arg) => arg === '--no-open' || arg === '--help' || arg.startsWith('--port'))
}
