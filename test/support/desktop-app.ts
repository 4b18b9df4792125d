import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ElectronApplication, _electron, type Page } from 'playwright-core'
import { type StagedApp, writableFolder } from './stage-electron.ts'

/** The program, whether or not it has a window by now. */
export interface LaunchedApp {
  readonly app: ElectronApplication
  /** The user's home and Graft's own folder in it; the next start with the same finds what this one left. */
  readonly home: string
  readonly userFolder: string
  /** What the app printed, and what its page complained of. */
  readonly said: string[]
  readonly pid: number
  close(): Promise<void>
}

export interface DesktopApp extends LaunchedApp {
  readonly page: Page
  /** A call of the contract, as the page makes it. */
  call<T = unknown>(
    name: string,
    input?: unknown,
  ): Promise<{ ok: boolean; value?: T; error?: { code: string; message: string } }>
}

export interface StartOptions {
  readonly home?: string
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** What to start in place of the staged program. */
  readonly program?: string
}

/** Starts the app on a home of its own and waits for its window. */
export async function startDesktop(stage: StagedApp, display: string, options: StartOptions = {}): Promise<DesktopApp> {
  const { app, home, said, pid, userFolder } = await launchDesktop(stage, display, options)
  const page = await app.firstWindow()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => said.push(`page error: ${error.message}`))
  // On a busy machine a window is there before its page.
  await page.waitForLoadState('domcontentloaded')
  page.on('console', (message) => message.type() === 'error' && said.push(`console: ${message.text()}`))
  return {
    app,
    page,
    home,
    userFolder,
    said,
    pid,
    call: (name, input = {}) =>
      page.evaluate(([n, i]) => (globalThis as never as Bridge).workbench.call(n as string, i), [
        name,
        input,
      ] as const) as never,
    close: () => close(app),
  }
}

/** Starts the app on a home of its own and waits for nothing: one that ends by itself may be gone before its window is seen. */
export async function launchDesktop(
  stage: StagedApp,
  display: string,
  options: StartOptions = {},
): Promise<LaunchedApp> {
  const home = options.home ?? writableFolder(stage, 'home')
  const said: string[] = []
  const app = await _electron.launch({
    executablePath: options.program ?? stage.program,
    args: [...(options.args ?? [])],
    cwd: home,
    chromiumSandbox: true,
    env: environment(home, display, { NODE_COMPILE_CACHE: stage.compileCache, ...options.env }),
    timeout: 60_000,
  })
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  }
  return {
    app,
    home,
    said,
    pid: app.process().pid as number,
    userFolder: join(home, '.local/share/graft'),
    close: () => close(app),
  }
}

/** Ends the app as a user does who does not mind what is still running; one that is gone is fine. */
async function close(app: ElectronApplication): Promise<void> {
  const answered = app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false })
  })
  await answered.catch(() => undefined)
  await app.close()
}

interface Bridge {
  workbench: { call(name: string, input: unknown): Promise<unknown> }
}

/** Nothing of the one who runs the tests: not the home, not the session bus, not Graft's own variables. */
export function environment(home: string, display: string, more: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', HOME: home, DISPLAY: display, ...more }
}

/** Answers the next dialogs for files and folders with these paths, in turn. */
export async function choose(desktop: DesktopApp, ...paths: string[]): Promise<void> {
  await desktop.app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = async () => {
      const path = filePaths.shift()
      return path === undefined ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [path] }
    }
  }, paths)
}

/** Chooses a file or folder as the user would; answers the handle that the page gets. */
export async function chooseSource(desktop: DesktopApp, path: string): Promise<string> {
  await choose(desktop, path)
  const reply = await desktop.call<{ source: string }>('system.pick', { kind: 'folder', title: 'Choose' })
  if (!reply.ok || reply.value === undefined) throw new Error(reply.error?.message)
  return reply.value.source
}

/** All descendants of a process with their command lines, as the system sees them now. */
export function processTree(root: number): { pid: number; parent: number; command: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        // It has ended, and whoever is to hear of it has not listened yet.
        if (state === 'Z') return []
        return [
          {
            pid: Number(name),
            parent: Number(parent),
            command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
          },
        ]
      } catch {
        return [] // It has ended meanwhile.
      }
    })
  const found = new Set([root])
  for (let size = 0; size !== found.size;) {
    size = found.size
    for (const one of all) if (found.has(one.parent)) found.add(one.pid)
  }
  return all.filter(({ pid }) => found.has(pid))
}

/** Whether a process still runs; one that has ended, and whose end nobody has heard of yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}

/** The trainer processes of an app. */
export function trainersOf(app: Pick<DesktopApp, 'pid'>): number[] {
  return processTree(app.pid)
    .filter(({ command }) => /trainer\/main\.m?[jt]s/.test(command))
    .map(({ pid }) => pid)
}

/** Gives a file or folder to the user whom Electron runs as. */
export function give(stage: StagedApp, path: string, mode?: number): void {
  if (stage.uid !== null) chownSync(path, stage.uid, stage.uid)
  if (mode !== undefined) chmodSync(path, mode)
}
