import { utilityProcess } from 'electron'
import type { TrainerExit, TrainerLauncher } from '../../base/ports.ts'
import { ChildMessage, type ParentMessage } from '../../contract/trainer.ts'

/** How much of a process's standard error is kept for the message about its end. */
const KEPT_CHARACTERS = 8_000

/** Starts the trainer as Electron's utility process: the packaged app cannot run as plain Node (its fuses say so). */
export function utilityLauncher(entry: string): TrainerLauncher {
  return {
    launch(job, handlers) {
      const child = utilityProcess.fork(entry, [], {
        serviceName: 'Graft trainer',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
      })
      let stderr = ''
      let wasKilled = false
      child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-KEPT_CHARACTERS)))
      child.stdout?.resume()
      child.on('message', (raw: unknown) => {
        // The child reads files of users: what it sends is checked like any other input.
        const message = ChildMessage.safeParse(raw)
        if (message.success) handlers.onMessage(message.data)
        else stderr = `${stderr}\ninvalid message: ${message.error.message}`.slice(-KEPT_CHARACTERS)
      })
      child.once('exit', (code: number) => handlers.onExit(exitOf(code, wasKilled, stderr)))
      const send = (message: ParentMessage): void => child.postMessage(message)
      child.once('spawn', () => send({ type: 'start', job }))
      return {
        get pid() {
          return child.pid
        },
        send,
        kill() {
          wasKilled = true
          child.kill()
        },
      }
    },
  }
}

/** Electron reports a signal as a code above 128 or a negative one; the number is what a user can look up. */
function exitOf(code: number, wasKilled: boolean, stderr: string): TrainerExit {
  return { code: wasKilled ? null : code, signal: wasKilled ? 'SIGTERM' : null, stderr }
}
