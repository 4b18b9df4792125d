// First of all: nothing that is imported later can load the trainer's native code.
import './refuse-natives-now.ts'
import { app } from 'electron'
import { startApp } from './app.ts'

// A packaged app is started with its own arguments; a checkout with `electron <folder> <arguments>`.
// Not awaited here: Electron becomes ready only once this module has been evaluated to its end.
startApp(process.argv.slice(app.isPackaged ? 1 : 2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  app.exit(1)
})
