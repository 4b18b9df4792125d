const TICK_MS = 2

export interface HeldUp<T> {
  readonly value: T
  /** The longest time in which the process did nothing else, in milliseconds. */
  readonly held: number
  /** The most that it computed in one go, in milliseconds: not longer on a computer that has other things to do. */
  readonly busy: number
  readonly total: number
}

/** Does `work` and watches how long the event loop stands still meanwhile, and right after. */
export async function holdUp<T>(work: () => Promise<T> | T): Promise<HeldUp<T>> {
  let held = 0
  let busy = 0
  await turn()
  const from = performance.now()
  let last = { at: from, cpu: threadMs() }
  const note = (): void => {
    const now = { at: performance.now(), cpu: threadMs() }
    held = Math.max(held, now.at - last.at)
    busy = Math.max(busy, now.cpu - last.cpu)
    last = now
  }
  const timer = setInterval(note, TICK_MS)
  try {
    const value = await work()
    const total = performance.now() - from
    await new Promise((resolve) => setTimeout(resolve, 2 * TICK_MS))
    note()
    return { value, held, busy, total }
  } finally {
    clearInterval(timer)
  }
}

/** Processor time of the main thread. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
