import type { LoopState } from './loop-state.ts'

/** How long a step of a phase takes, all that belongs to it included: validation, checkpoints. */
export interface Pace {
  /** A call has ended: of one step, or of many at once. */
  endCall(): void
  /** Mean over the phase so far; null until there is a basis. */
  secondsPerStep(): number | null
}

/** The first call compiles what all others run, and says nothing of them: it is left out. */
export function createPace(state: Pick<LoopState, 'seconds' | 'step'>): Pace {
  let start: { readonly seconds: number; readonly step: number } | null = null
  let mean: number | null = null
  return {
    endCall() {
      if (start === null) start = { seconds: state.seconds, step: state.step }
      else if (state.step > start.step) mean = (state.seconds - start.seconds) / (state.step - start.step)
    },
    secondsPerStep: () => mean,
  }
}
