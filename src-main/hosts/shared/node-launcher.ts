import { type ChildProcess, spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TrainerExit, TrainerLauncher } from '../../base/ports.ts'
import { ChildMessage, type ParentMessage } from '../../contract/trainer.ts'
import { startingAgain } from './starting-again.ts'

const ENTRY = fileURLToPath(new URL('../../trainer/main.ts', import.meta.url))
const KEPT_LINES = 40
/** How long messages and standard error may lag behind the exit of their process. */
const DRAIN_MS = 1000
/** How long a process may take to go after its last message was acknowledged. */
const LEAVE_MS = 5000
const LEAST_THREADS = 4
/** A picture that is being decoded holds up to 300 MB. */
const MOST_THREADS = 32

export interface NodeLauncherOptions {
  /** The Node program; default: the one that runs this. */
  readonly node?: string
  /** The trainer's entry; default: the one beside these sources. */
  readonly entry?: string
}

/** Starts the trainer in a plain Node under every host, Electron included (docs/adr/0013-trainer-in-node.md). */
export function nodeLauncher({ node = process.execPath, entry = ENTRY }: NodeLauncherOptions = {}): TrainerLauncher {
  return startingAgain({
    launch(job, handlers) {
      // As text: parent and child may be of different V8, whose binary formats need not understand each other.
      const child = spawn(node, [entry], {
        serialization: 'json',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: childEnvironment(),
        windowsHide: true,
        // In a group of its own: Ctrl-C in a terminal reaches the host, which says what is to be saved, and does not end the
        // trainer while it still starts. (On Windows a detached process would get a console window.)
        detached: process.platform !== 'win32',
      })
      const stderr = collectLines(child)
      let hasEnded = false
      // A thread of the child that writes its memory there while a synchronous step lets no message out (trainer/pulse.ts).
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        const memoryBytes = Number.parseInt(text, 10)
        // It comes another way than the last message, and may come after it.
        if (memoryBytes > 0 && !hasEnded) handlers.onMessage({ type: 'heartbeat', memoryBytes })
      })
      let reason: string | null = null
      let leave: NodeJS.Timeout | undefined
      child.on('message', (raw) => {
        // The child reads files of users: what it sends is checked like any other input.
        const message = ChildMessage.safeParse(raw)
        if (message.success) {
          handlers.onMessage(message.data)
          if (message.data.type === 'sync') send({ type: 'synced', id: message.data.id })
          if (isLast(message.data)) letGo()
        } else if (reason === null) {
          // Going on without it would lose part of a result without a word.
          reason = `it sent a message that Graft does not know: ${message.error.message.slice(0, 500)}`
          child.kill('SIGKILL')
        }
      })
      onceEnded(child, ({ code, signal, error }) => {
        clearTimeout(leave)
        if (error !== null) stderr.add(error.message)
        handlers.onExit({ code, signal, stderr: stderr.text(), reason })
      })
      const send = (message: ParentMessage): void => {
        // A process that has just died cannot be told anything; its exit says so.
        if (child.connected) child.send(message, () => undefined)
      }
      const letGo = (): void => {
        hasEnded = true
        send({ type: 'leave' })
        leave ??= setTimeout(() => child.kill('SIGKILL'), LEAVE_MS)
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
  })
}

function isLast(message: ChildMessage): boolean {
  return message.type === 'done' || message.type === 'failed'
}

/** Nothing of the parent's own start may change how the child starts. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _runAsNode, ...env } = process.env
  return {
    UV_THREADPOOL_SIZE: String(decodingThreads()),
    ...env,
    TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? '2',
  }
}

/** Pictures are decoded and resized on the system's pool of threads, whose size counts when a process starts: Node's four leave the other cores idle. */
function decodingThreads(): number {
  return Math.min(MOST_THREADS, Math.max(LEAST_THREADS, cpus().length))
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
