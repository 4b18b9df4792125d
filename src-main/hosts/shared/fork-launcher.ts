import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TrainerExit, TrainerLauncher } from '../../base/ports.ts'
import { ChildMessage, type ParentMessage } from '../../contract/trainer.ts'

const ENTRY = fileURLToPath(new URL('../../trainer/main.ts', import.meta.url))
const KEPT_LINES = 40
/** How long messages and standard error may lag behind the exit of their process. */
const DRAIN_MS = 1000

/** Starts the trainer by this very Node. `entry` is for tests of the launcher itself. */
export function forkLauncher(entry: string = ENTRY): TrainerLauncher {
  return {
    launch(job, handlers) {
      // Structured clone: infinities and NaN of a diverging run arrive as such.
      const child = fork(entry, [], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: [],
        env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2' },
      })
      const stderr = collectLines(child)
      child.on('message', (raw) => {
        // The child reads files of users: what it sends is checked like any other input.
        const message = ChildMessage.safeParse(raw)
        if (message.success) handlers.onMessage(message.data)
        else stderr.add(`invalid message: ${message.error.message}`)
      })
      onceEnded(child, ({ code, signal, error }) => {
        if (error !== null) stderr.add(error.message)
        handlers.onExit({ code, signal, stderr: stderr.text() })
      })
      const send = (message: ParentMessage): void => {
        // A process that has just died cannot be told anything; its exit says so.
        if (child.connected) child.send(message, () => undefined)
      }
      send({ type: 'start', job })
      return {
        get pid() {
          return child.pid
        },
        send,
        kill: () => void child.kill('SIGKILL'),
      }
    },
  }
}

function collectLines(child: ChildProcess) {
  let lines: string[] = []
  let open = ''
  const add = (text: string): void => {
    lines = [...lines, ...text.split('\n')].slice(-KEPT_LINES)
  }
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const at = (open + chunk).lastIndexOf('\n')
    if (at >= 0) add((open + chunk).slice(0, at))
    open = (open + chunk).slice(at + 1).slice(-10_000)
  })
  return { add, text: () => [...lines, ...(open === '' ? [] : [open])].join('\n') }
}

type End = Pick<TrainerExit, 'code' | 'signal'> & { readonly error: Error | null }

/** Calls back exactly once: after the exit, and after what the process still had to say, or when it never started. */
function onceEnded(child: ChildProcess, listener: (end: End) => void): void {
  let end: End | null = null
  let isClosed = false
  let isDone = false
  const finish = (): void => {
    if (isDone || end === null) return
    isDone = true
    listener(end)
  }
  const settle = (): void => {
    if (isClosed && !child.connected) setImmediate(finish)
  }
  child.once('exit', (code, signal) => {
    end ??= { code, signal, error: null }
    setTimeout(finish, DRAIN_MS).unref()
    settle()
  })
  child.once('close', () => {
    isClosed = true
    settle()
  })
  child.once('disconnect', settle)
  child.on('error', (error) => {
    if (child.pid !== undefined) return
    end ??= { code: null, signal: null, error }
    finish()
  })
}
