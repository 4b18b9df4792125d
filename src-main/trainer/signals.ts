import { CONTROL_C_EXIT, END_SIGNALS, type EndSignal } from '../base/end-signals.ts'

/** How long the parent has to say what is to be done. */
const PATIENCE_MS = 5000

/**
 * At a log-out (and on Windows by Ctrl-C, too) such a signal reaches this process beside its parent, and by itself would end it in
 * the middle of a step. The parent says what is to be done; a training, which can, saves itself at once (`pause`); anything else
 * that is not told goes the way of the signal after a while.
 */
export function heedSignals(pause: (signal: string) => boolean, patienceMs = PATIENCE_MS): void {
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      if (pause(signal)) return
      setTimeout(() => goBy(signal), patienceMs).unref()
    })
  }
}

/** Windows sends no signals: there a process that Ctrl-C ends says so by its code. */
function goBy(signal: EndSignal): void {
  if (process.platform === 'win32') process.exit(CONTROL_C_EXIT)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
