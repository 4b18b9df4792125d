import { END_SIGNALS, type EndSignal } from '../../base/end-signals.ts'

/** The codes that a shell gives to what such a signal has ended: 128 and its number. */
const EXIT_CODES: Readonly<Record<EndSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 }

let heard: EndSignal | null = null

/** Calls the listener at the first Ctrl-C (or the end of the terminal or the session); the next one ends the command as if nobody
 *  listened. Answers how to stop listening. */
export function onInterruption(listener: () => void): () => void {
  const offs = END_SIGNALS.map((signal) => {
    const hear = (): void => {
      heard = signal
      listener()
    }
    // TERM may come twice at once: to the group, and passed on by what started this.
    if (signal === 'SIGINT') process.once(signal, hear)
    else process.on(signal, hear)
    return () => void process.off(signal, hear)
  })
  return () => offs.forEach((off) => off())
}

/** The exit code of a command that was interrupted; null: it was not. */
export function interruptionCode(): number | null {
  return heard === null ? null : EXIT_CODES[heard]
}
