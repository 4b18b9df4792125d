/** What belongs together arrives within this time: a run's progress, its records, the list's row. */
const GATHER_MS = 30

export interface GatheredEvents {
  add(tell: () => void): void
  /** Tells what is waiting now: a reply must not overtake the events before it. */
  flush(): void
}

/** Events of one moment are told in one task and in their order, so that they are drawn in one frame: each frame takes
 *  time from the training that it shows. */
export function gatherEvents(): GatheredEvents {
  let waiting: (() => void)[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const due = waiting
    waiting = []
    for (const tell of due) {
      try {
        tell()
      } catch (error) {
        // One listener's fault is not the others'.
        reportError(error)
      }
    }
  }
  return {
    add(tell) {
      waiting.push(tell)
      timer ??= setTimeout(flush, GATHER_MS)
    },
    flush,
  }
}
