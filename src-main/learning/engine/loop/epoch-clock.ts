import { addSeconds } from './loop-state.ts'
import type { Session } from './training.ts'

/** Adds wall time to the run's seconds, and measures speed and waiting. */
export interface Clock {
  /** Time goes on to now; so many samples were trained since. */
  tick(samples: number): void
  /** Waits for data; the time counts as waiting. */
  waitFor<T>(read: () => Promise<T>): Promise<T>
  /** Samples per second over the last second or so; null before that. */
  speed(): number | null
  /** Of this epoch's training since it began here: samples per second, and the share of time that went into waiting. */
  figures(): { samplesPerSecond: number; waitShare: number } | null
}

export function createClock({ runtime, state }: Pick<Session, 'runtime' | 'state'>): Clock {
  let last = runtime.now()
  const startedAt = last
  let window = { from: last, samples: 0 }
  let speed: number | null = null
  const total = { samples: 0, waited: 0, until: last }
  return {
    tick(samples) {
      const now = runtime.now()
      addSeconds(state, (now - last) / 1000)
      last = now
      window.samples += samples
      total.samples += samples
      if (samples > 0) total.until = now
      if (now - window.from < 1000) return
      speed = (window.samples * 1000) / (now - window.from)
      window = { from: now, samples: 0 }
    },
    async waitFor(read) {
      const from = runtime.now()
      const result = await read()
      total.waited += runtime.now() - from
      return result
    },
    speed: () => speed,
    figures() {
      const milliseconds = total.until - startedAt
      if (total.samples === 0 || milliseconds <= 0) return null
      return { samplesPerSecond: (total.samples * 1000) / milliseconds, waitShare: total.waited / milliseconds }
    },
  }
}
