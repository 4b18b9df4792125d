import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { END_SIGNALS } from '../../base/end-signals.ts'
import { parseDecimal } from '../../base/parse-decimal.ts'
import { GraftError } from '../../contract/errors.ts'
import { createWorkbench, type Workbench } from '../../core/workbench.ts'
import { nodeLauncher } from '../shared/node-launcher.ts'
import { nodePorts, stderrLog } from '../shared/node-ports.ts'
import { pathSources } from '../shared/path-sources.ts'
import { openBrowser, type OpenedBrowser } from './open-browser.ts'
import { startHttpHost } from './server.ts'
import { newToken } from './token.ts'
import { openUploads, type Uploads } from './uploads.ts'

interface Options {
  open: boolean
  port: number
  workspace?: string
  renderer: string
  verbose: boolean
}

const BUILT_RENDERER = fileURLToPath(new URL('../../../out/renderer', import.meta.url))

function parsePort(text: string): number {
  const port = parseDecimal(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Expected a port from 0 to 65535.')
  return port
}

function parseOptions(): Options {
  return new Command('graft')
    .description('The workbench in a browser, on this computer only.')
    .option('--no-open', 'do not open a browser')
    .option('--port <number>', 'port on 127.0.0.1 (0: any free one)', parsePort, 0)
    .option('--workspace <folder>', 'open this workspace (made when it is missing)')
    .option('--renderer <folder>', 'built renderer to serve', BUILT_RENDERER)
    .option('--verbose', 'log more on standard error', false)
    .parse()
    .opts<Options>()
}

async function openWorkspace(workbench: Workbench, folder: string): Promise<void> {
  const context = { signal: new AbortController().signal, origin: 'http' } as const
  const reply = await workbench.dispatch('workspace.open', { source: resolve(folder), create: true }, context)
  if (!reply.ok) throw GraftError.fromReply(reply.error)
}

/** Paths of this computer, and what was dropped on the window. */
function sourcesWith(uploads: Uploads): typeof pathSources {
  return {
    ...pathSources,
    resolve: (source) =>
      source.startsWith('upload:') ? uploads.resolve(source.slice(7)) : pathSources.resolve(source),
  }
}

async function main(): Promise<void> {
  const options = parseOptions()
  if (!existsSync(options.renderer)) {
    throw new GraftError('E_SOURCE_PATH', `Expected the built window in ${options.renderer}.`, {
      fix: 'Run: npm run build',
    })
  }
  const log = stderrLog(options.verbose)
  const uploads = await openUploads()
  const workbench = createWorkbench(nodePorts('http', nodeLauncher(), { log, sources: sourcesWith(uploads) }))
  if (options.workspace !== undefined) await openWorkspace(workbench, options.workspace)
  const host = await startHttpHost({
    workbench,
    uploads,
    log,
    token: newToken(),
    renderer: options.renderer,
    port: options.port,
  })
  let browser: OpenedBrowser | null = null
  let closing = false
  const close = (): void => {
    if (closing) return
    closing = true
    browser?.forget()
    void host
      .close()
      .then(() => workbench.close())
      .then(() => uploads.close())
      .finally(() => process.exit(0))
  }
  // Ctrl-C, the end of the session, the end of the terminal: heeded before anybody is told that there is something to end.
  for (const signal of END_SIGNALS) process.on(signal, close)
  process.stdout.write(`Graft is open at ${host.address}\n`)
  if (options.open) {
    browser = openBrowser(host.address)
    if (browser === null)
      process.stdout.write('No desktop was found here: open the address in a browser on this computer.\n')
  }
  process.stdout.write('Only this computer can reach it. Stop with Ctrl-C.\n')
}

main().catch((error: unknown) => {
  const text =
    error instanceof GraftError
      ? `${error.message} ${error.fix ?? ''}`
      : error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        ? 'The port is taken by another program. Choose another one: npm start -- --port 0'
        : error instanceof Error && 'code' in error && error.code === 'EACCES'
          ? 'The system keeps the port for itself. Choose another one: npm start -- --port 0'
          : String(error instanceof Error ? error.stack : error)
  process.stderr.write(`${text.trim()}\n`)
  process.exit(1)
})
