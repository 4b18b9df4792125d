import { CONTROL_C_EXIT, END_SIGNALS } from '../../base/end-signals.ts'
import type { TrainerExit, TrainerLauncher } from '../../base/ports.ts'
import type { ParentMessage } from '../../contract/trainer.ts'

/** What a terminal or a session sends to a whole group; on Windows Ctrl-C goes to every process of a console. */
const GROUP_SIGNALS: ReadonlySet<string | null> = new Set(END_SIGNALS)
const byGroup = ({ code, signal }: TrainerExit): boolean => GROUP_SIGNALS.has(signal) || code === CONTROL_C_EXIT

/** Starts a process once more that such a signal reached before it had a group of its own, and so before it said anything: the new
 *  one is told the same, and nobody notices. */
export function startingAgain(launcher: TrainerLauncher): TrainerLauncher {
  return {
    launch(job, handlers) {
      const told: ParentMessage[] = []
      let mayStartAgain = true
      const onMessage: typeof handlers.onMessage = (message) => {
        mayStartAgain = false
        handlers.onMessage(message)
      }
      let child = launcher.launch(job, {
        onMessage,
        onExit(exit) {
          if (!mayStartAgain || !byGroup(exit)) return handlers.onExit(exit)
          child = launcher.launch(job, { onMessage, onExit: handlers.onExit })
          for (const message of told) child.send(message)
        },
      })
      return {
        get pid() {
          return child.pid
        },
        send(message) {
          if (mayStartAgain) told.push(message)
          child.send(message)
        },
        kill() {
          mayStartAgain = false
          child.kill()
        },
      }
    },
  }
}
