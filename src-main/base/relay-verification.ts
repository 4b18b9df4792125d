import type { VerifyJob } from '../contract/trainer.ts'
import type { TrainerLauncher, TrainerProcess } from './ports.ts'

/** Lets an export be proven in a clean process under every host: a trainer process cannot start another one everywhere
 *  (Electron's utility processes cannot), so it sends `verify` and whoever launched it launches the second one. Its answer
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
  return launcher.launch(job, {
    onMessage(message) {
      if (message.type === 'verified') outputs = message.outputs
      if (message.type === 'failed') error = message.error.message
    },
    onExit(exit) {
      const reason = `The process that loads the export ended early. ${exit.stderr.trim().slice(-500)}`
      answer(outputs, outputs === null ? (error ?? reason) : null)
    },
  })
}
