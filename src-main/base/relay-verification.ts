import type { ChildMessage, ParentMessage } from '../contract/trainer.ts'
import { lostText } from './lost-text.ts'
import type { TrainerLauncher, TrainerProcess } from './ports.ts'

/** Lets an export be proven in a clean process under every host: a trainer process does not start others itself, so that
 *  one place knows all that run: it sends `verify` and whoever launched it launches the second one. Its answer
 *  goes back as `verification`. Handlers never see `verify`. */
export function relayVerification(launcher: TrainerLauncher): TrainerLauncher {
  return {
    launch(job, handlers) {
      const others = new Set<TrainerProcess>()
      const child = launcher.launch(job, {
        onMessage(message) {
          if (message.type !== 'verify') return handlers.onMessage(message)
          const other = runVerification(launcher, message.job, (answer) => {
            others.delete(other)
            child.send(answer)
          })
          others.add(other)
        },
        onExit(exit) {
          for (const other of others) other.kill()
          handlers.onExit(exit)
        },
      })
      return child
    },
  }
}

type Asked = Extract<ChildMessage, { type: 'verify' }>['job']
type Verification = Extract<ParentMessage, { type: 'verification' }>

function runVerification(launcher: TrainerLauncher, job: Asked, tell: (answer: Verification) => void): TrainerProcess {
  let found: Pick<Verification, 'outputs' | 'answer'> | null = null
  let error: string | null = null
  let isDone = false
  return launcher.launch(job, {
    onMessage(message) {
      if (message.type === 'verified') found = { outputs: message.outputs }
      if (message.type === 'answered') found = { outputs: null, answer: message.answer }
      if (message.type === 'failed') error = message.error.message
      if (message.type === 'done') isDone = true
    },
    onExit(exit) {
      if (isDone && found !== null) return tell({ type: 'verification', ...found, error: null })
      const reason = error ?? `Loading the export in a clean process: ${lostText(exit)}`
      tell({ type: 'verification', outputs: null, error: reason })
    },
  })
}
