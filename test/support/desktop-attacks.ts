import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DesktopApp } from './desktop-app.ts'

/** A computer that the app must never reach: it listens on this one, for TCP and UDP, and notes whoever knocks. */
export interface Outside {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly address: string
  /** One line per connection or datagram. */
  readonly hits: string[]
  close(): Promise<void>
}

export async function listenOutside(): Promise<Outside> {
  const hits: string[] = []
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`)
    response.setHeader('access-control-allow-origin', '*').end('<title>outside</title>')
  })
  server.on('connection', () => hits.push('connection'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const datagrams = createSocket('udp4').on('message', () => hits.push('datagram'))
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve))
  return {
    port,
    address: `http://127.0.0.1:${port}`,
    hits,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await new Promise<void>((resolve) => datagrams.close(resolve))
    },
  }
}

/** What the main process did for the page: programs of the system that it called, questions, downloads, windows. */
export interface HostTrace {
  readonly external: string[]
  readonly asked: string[]
  readonly downloads: string[]
  readonly windows: number
}

/** From now on the main process calls no other program, answers its questions with `answer`, and notes both. */
export async function watchHost(desktop: DesktopApp, answer = 1): Promise<void> {
  await desktop.app.evaluate(({ shell, dialog, session }, response) => {
    const trace = { external: [] as string[], asked: [] as string[], downloads: [] as string[] }
    Object.assign(globalThis, { graftTrace: trace })
    const note = async (what: string): Promise<void> => void trace.external.push(what)
    Object.assign(shell, { openExternal: note, openPath: note, showItemInFolder: note, beep: () => note('beep') })
    Object.assign(dialog, {
      showMessageBox: async (options: { message: string }) => {
        trace.asked.push(options.message)
        return { response }
      },
    })
    session.defaultSession.on('will-download', (event, item) => {
      // Listeners are called in order: the app's own came first and has decided.
      trace.downloads.push(`${event.defaultPrevented ? 'refused' : 'SAVED'} ${item.getURL().slice(0, 60)}`)
    })
  }, answer)
}

export function hostTrace(desktop: DesktopApp): Promise<HostTrace> {
  return desktop.app.evaluate(({ BrowserWindow }) => ({
    ...(globalThis as unknown as { graftTrace: Omit<HostTrace, 'windows'> }).graftTrace,
    windows: BrowserWindow.getAllWindows().length,
  }))
}

/** The addresses that the app says it refused, as the user sees them. */
export async function blockedTargets(desktop: DesktopApp): Promise<string[]> {
  const reply = await desktop.call<{ blockedConnections: { target: string }[] }>('system.info')
  return (reply.value?.blockedConnections ?? []).map(({ target }) => target)
}

/** Runs scripts in the page, one after the other; the outcome of each in a word or two, thrown or not. A body is the inside of an
 *  async function; it may use `outside`, the address that must not be reached. */
export async function attempts(
  desktop: DesktopApp,
  bodies: Record<string, string>,
  outside = '',
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {}
  for (const [name, body] of Object.entries(bodies)) {
    const script = `(async () => {
      const outside = ${JSON.stringify(outside)}
      const soon = new Promise((resolve) => setTimeout(() => resolve('nothing happened'), 1500))
      const shown = (value) => typeof value === 'string' ? value : JSON.stringify(value) ?? String(value)
      // What Playwright evaluates may use eval, as long as it has not waited once.
      await new Promise((resolve) => setTimeout(resolve))
      try { return shown(await Promise.race([(async () => { ${body} })(), soon])) }
      catch (error) { return 'threw ' + (error?.name ?? '') + ': ' + (error?.message ?? error) }
    })()`
    outcomes[name] = await desktop.page.evaluate<string>(script)
  }
  return outcomes
}
