import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { processTree, trainersOf } from '../support/desktop-app.ts'
import { type HttpClient, httpClient } from '../support/http-client.ts'
import { type RunningHost, startHost } from '../support/http-host.ts'
import { CLI } from '../support/programs.ts'

const CLOCK = join(import.meta.dirname, 'shifted-clock.mjs')
/** Trainers leave by themselves when their parent is gone, and an app that was asked to end does. */
const LEAVE_MS = 60_000

/** Graft as its own processes in a process group of their own, on one workspace. It can be killed and started again. */
export interface SoakApp extends HttpClient {
  trainers(): number[]
  start(clockShiftMs?: number): Promise<void>
  /** SIGKILL to the app alone. */
  kill(): Promise<void>
  /** As Ctrl-C in a terminal: to the app and its trainers at once. Answers the exit code. */
  interruptGroup(): Promise<number | null>
  /** `graft ... --json` on the same workspace, while it is open. */
  command(...args: string[]): { readonly status: number | null; readonly reply: Record<string, unknown> }
}

export function soakApp(workspace: string, userFolder: string): SoakApp {
  let host: RunningHost | null = null
  const running = (): RunningHost => {
    if (host === null) throw new Error('The app does not run.')
    return host
  }
  const client = httpClient(() => running().address)
  const goneWithTrainers = async (act: (pid: number) => void): Promise<number | null> => {
    const { process: child } = running()
    const pid = child.pid as number
    const trainers = trainersOf({ pid })
    const gone = once(child, 'exit')
    act(pid)
    const [code] = (await within(LEAVE_MS, gone, 'the app did not end')) as [number | null]
    host = null
    const end = Date.now() + LEAVE_MS
    while (trainers.some(isAlive)) {
      if (Date.now() > end) throw new Error('A trainer outlived its app.')
      await sleep(50)
    }
    return code
  }
  return {
    ...client,
    trainers: () => trainersOf({ pid: running().process.pid as number }),
    async start(clockShiftMs = 0) {
      const env = { NODE_OPTIONS: `--import=${CLOCK}`, SOAK_CLOCK_SHIFT_MS: String(clockShiftMs) }
      host = await startHost({ userFolder, workspace, ownGroup: true, ...(clockShiftMs === 0 ? {} : { env }) })
    },
    kill: async () => void (await goneWithTrainers((pid) => process.kill(pid, 'SIGKILL'))),
    interruptGroup: () => goneWithTrainers((pid) => process.kill(-pid, 'SIGINT')),
    command(...args) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [CLI, ...args, '--workspace', workspace, '--json'],
        { encoding: 'utf8', env: { ...process.env, GRAFT_USER_FOLDER: userFolder } },
      )
      try {
        return {
          status,
          reply: JSON.parse((stdout || stderr).trim().split('\n').at(-1) ?? '') as Record<string, unknown>,
        }
      } catch {
        throw new Error(`graft ${args.join(' ')} --json did not answer in JSON: ${stdout}${stderr}`)
      }
    },
  }
}

export function isAlive(pid: number): boolean {
  return processTree(pid).some((one) => one.pid === pid)
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

async function within<T>(milliseconds: number, promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(what)), milliseconds)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
