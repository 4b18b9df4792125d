import type { VerifyJob } from '../contract/trainer.ts'
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
          const other = runVerification(launcher, message.job, (outputs, error) => {
            others.delete(other)
            child.send({ type: 'verification', outputs, error })
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

type Answer = (outputs: number[][][] | null, error: string | null) => void

function runVerification(launcher: TrainerLauncher, job: VerifyJob, answer: Answer): TrainerProcess {
  let outputs: number[][][] | null = null
  let error: string | null = null
  let isDone = false
  return launcher.launch(job, {
    onMessage(message) {
      if (message.type === 'verified') outputs = message.outputs
      if (message.type === 'failed') error = message.error.message
      if (message.type === 'done') isDone = true
    },
    onExit(exit) {
      if (isDone && outputs !== null) answer(outputs, null)
      else answer(null, error ?? `Loading the export in a clean process: ${lostText(exit)}`)
    },
  })
}
