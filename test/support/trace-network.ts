import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'

/** Everything that opens, names or uses a socket; `execve` tells which programs ran. */
const CALLS = 'execve,socket,connect,bind,listen,sendto,sendmsg,sendmmsg,io_uring_setup,io_uring_enter'
/** Calls through a ring would be seen by nobody: the kernel is made to say that it has none. Node then goes without. */
const NO_RINGS = 'inject=io_uring_setup:error=ENOSYS'

export interface TracedApp {
  /** Of strace, whose descendants are the app. */
  readonly pid: number
  /** Runs a script in the app's page; answers what its promise comes to. */
  evaluate<T>(script: string): Promise<T>
  /** Resolves when the app and whatever is run after it have ended. */
  readonly ended: Promise<void>
  stop(): void
}

/**
 * Starts a program under strace, with all its descendants, and `after` once it has ended (its own proof that the trace sees). The
 * page is driven through a pipe: no port is opened for it, nor any of Playwright's switches set.
 */
export async function startTraced(
  program: string,
  options: { env: Record<string, string>; cwd: string; log: string; after: string },
): Promise<TracedApp> {
  if (spawnSync('strace', ['-V']).status !== 0) {
    throw new Error('strace is needed to watch the network of the app: install it (Debian: apt-get install strace).')
  }
  const script = `"${program}" --remote-debugging-pipe; exec ${options.after}`
  const args = [
    '-f',
    '-qq',
    '-yy',
    '-ttt',
    '-s',
    '0',
    '-e',
    `trace=${CALLS}`,
    '-e',
    NO_RINGS,
    '-e',
    'signal=none',
    '-o',
    options.log,
  ]
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']
  const child = spawn('strace', [...args, 'sh', '-c', script], { cwd: options.cwd, env: options.env, stdio })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { send } = devtools(child)
  const page = await pageOf(send)
  return {
    pid: child.pid as number,
    ended,
    stop: () => void child.kill(),
    async evaluate<T>(expression: string) {
      const reply = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, page)
      const { result, exceptionDetails } = reply as { result?: { value: T }; exceptionDetails?: object }
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
      return result?.value as T
    },
  }
}

interface Message {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

type Send = (method: string, params?: object, sessionId?: string) => Promise<unknown>

/** The developer tools' protocol over two pipes: JSON, each message ended by a zero byte. */
function devtools(child: ChildProcess): { send: Send } {
  const waiting = new Map<number, (message: Message) => void>()
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  let rest = ''
  let last = 0
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop() ?? ''
    for (const text of messages) {
      const message = JSON.parse(text) as Message
      waiting.get(message.id ?? -1)?.(message)
    }
  })
  to.on('error', () => undefined)
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        waiting.set((last += 1), ({ result, error }) => {
          if (error === undefined) resolve(result)
          else reject(new Error(`${method}: ${error.message}`))
        })
        to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`)
      }),
  }
}

/** A session with the page, once it is drawn. */
async function pageOf(send: Send): Promise<string> {
  const expression = `document.querySelector('#app')?.childElementCount > 0`
  for (let tries = 0; tries < 600; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { targetInfos } = (await send('Target.getTargets')) as { targetInfos: Target[] }
    const page = targetInfos.find(({ type, url }) => type === 'page' && url.startsWith('wb://app/'))
    if (page === undefined) continue
    const attached = await send('Target.attachToTarget', { targetId: page.targetId, flatten: true })
    const { sessionId } = attached as { sessionId: string }
    const drawn = await send('Runtime.evaluate', { expression, returnByValue: true }, sessionId).catch(() => null)
    if ((drawn as { result?: { value?: boolean } } | null)?.result?.value === true) return sessionId
    await send('Target.detachFromTarget', { sessionId }).catch(() => undefined)
  }
  throw new Error('The app has shown no page within a minute.')
}

interface Target {
  readonly targetId: string
  readonly type: string
  readonly url: string
}

export interface Traced {
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly call: string
  /** AF_UNIX, AF_INET ... of the address that the call names, or of the socket that it uses; empty: neither says. */
  readonly family: string
  /** As strace writes it. */
  readonly line: string
}

/** The calls of a trace. What they name stands in the part before a call was interrupted by another process. */
export function readTrace(log: string): Traced[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const found = /^(\d+)\s+([\d.]+)\s+(\w+)\((.*)/.exec(line)
      if (found === null) return []
      const [, pid = '', at = '', call = '', rest = ''] = found
      return [{ pid: Number(pid), at: Number(at) * 1000, call, family: familyOf(call, rest), line }]
    })
}

function familyOf(call: string, rest: string): string {
  const named = /sa_family=(\w+)/.exec(rest)?.[1]
  if (named !== undefined) return named
  if (call === 'socket') return /^\w+/.exec(rest)?.[0] ?? ''
  // A send on a socket that was connected before: strace says what it is.
  return /^\d+<(TCP|UDP|ICMP|RAW|PING|SCTP|DCCP)/.test(rest) ? 'AF_INET' : ''
}
