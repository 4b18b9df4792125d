/** What ends a whole session: a log-out, a shut-down, Ctrl-C or the end of a terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** How long the parent has to say what is to be done. */
const PATIENCE_MS = 5000

/**
 * At a log-out (and on Windows by Ctrl-C, too) such a signal reaches this process beside its parent, and by itself would end it in
 * the middle of a step. The parent says what is to be done; a training, which can, saves itself at once (`pause`); anything else
 * that is not told goes the way of the signal after a while.
 */
export function heedSignals(pause: (signal: string) => boolean): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (pause(signal)) return
      setTimeout(() => {
        process.removeAllListeners(signal)
        process.kill(process.pid, signal)
      }, PATIENCE_MS).unref()
    })
  }
}
