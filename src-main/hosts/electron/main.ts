// First of all: nothing that is imported later can load the trainer's native code.
import './refuse-natives-now.ts'
import { app, dialog } from 'electron'
import { startApp } from './app.ts'

// A checkout is started as `electron <folder> <arguments>`, everything else with its own arguments. Not awaited here: Electron
// becomes ready only once this module has been evaluated to its end.
startApp(process.argv.slice(process.defaultApp ? 2 : 1)).catch(tell)

/** Nobody sees what an app prints that was started by a click. */
async function tell(error: unknown): Promise<void> {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  // Before, the box would be another line on standard error.
  await app.whenReady()
  dialog.showErrorBox('Graft could not be started', error instanceof Error ? error.message : String(error))
  app.exit(1)
}
