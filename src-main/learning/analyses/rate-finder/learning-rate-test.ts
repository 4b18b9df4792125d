/** The sweep of a learning-rate range test. Smith, WACV 2017, arXiv 1506.01186, section 3.3; the figures are fastai's (callback/schedule.py). */
export const RANGE_TEST = Object.freeze({
  /** Rates from the first to the last step, in geometric steps. */
  from: 1e-7,
  to: 10,
  steps: 100,
  /** Of the running mean of the loss. */
  smoothing: 0.98,
  /** It ends when the smoothed loss is so many times its best. */
  stopFactor: 4,
})

/** The rate of a step: from (to / from)^(step / steps). */
export function rateAt(step: number, steps: number = RANGE_TEST.steps): number {
  return RANGE_TEST.from * (RANGE_TEST.to / RANGE_TEST.from) ** (step / steps)
}

/** Running mean with its bias taken out: s_k = b s_{k-1} + (1 - b) L_k, s_k / (1 - b^k). */
export function smoothed(losses: readonly number[], beta: number = RANGE_TEST.smoothing): number[] {
  let mean = 0
  return losses.map((loss, k) => {
    mean = beta * mean + (1 - beta) * loss
    return mean / (1 - beta ** (k + 1))
  })
}

/** Whether the sweep is over after these smoothed losses. */
export function hasDiverged(losses: readonly number[]): boolean {
  const last = losses.at(-1) ?? 0
  return !Number.isFinite(last) || last > RANGE_TEST.stopFactor * Math.min(...losses)
}

/** fastai's `valley`: the longest falling (not necessarily contiguous) subsequence of losses ends at `end` and is as many points long; the
 *  suggestion lies at half of the second third of the stretch before its end. The first tenth of the planned steps and the last five
 *  points are left out, as there. Answers the place in `losses`; null: too few points, or a loss that never falls. */
export function valley(losses: readonly number[], steps: number = RANGE_TEST.steps): number | null {
  const first = Math.floor(steps / 10)
  const looked = losses.slice(first, losses.length - 5)
  const longest = new Array<number>(looked.length).fill(1)
  let [start, end] = [0, 0]
  for (let i = 1; i < looked.length; i++) {
    for (let j = 0; j < i; j++) {
      if (looked[i]! < looked[j]! && longest[i]! < longest[j]! + 1) longest[i] = longest[j]! + 1
      if (longest[end]! < longest[i]!) {
        end = i
        start = end - longest[end]!
      }
    }
  }
  if (looked.length < 2 || longest[end]! < 3) return null
  const third = (end - start) / 3
  const place = start + Math.floor(third) + Math.floor(third / 2)
  return first + Math.max(0, place)
}
