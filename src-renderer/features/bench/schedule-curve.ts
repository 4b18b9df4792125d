/** Learning rate at `samples` evenly spaced moments of a run, for the small preview. The same formulas as the trainer's
 *  schedules (Step, Exponential, Cosine, One cycle, Inverse decay, each with warm-up); null for a schedule that this does not know. */
export function scheduleCurve(
  schedule: Readonly<Record<string, unknown>>,
  rate: number,
  epochs: number,
  samples = 120,
): number[] | null {
  const factor = FACTORS[String(schedule['type'])]
  if (!factor) return null
  const value = (name: string, fallback: number): number => {
    const given = schedule[name]
    return typeof given === 'number' ? given : fallback
  }
  return Array.from({ length: samples }, (_, index) => {
    const share = samples === 1 ? 0 : index / (samples - 1)
    // The last sample belongs to the last epoch, not to the one after it.
    const epoch = Math.min(share * epochs, epochs - 1e-9)
    const warmup = value('warmupEpochs', 0)
    const ramp = warmup > 0 ? Math.min(1, epoch / warmup) : 1
    return rate * ramp * factor({ share, epoch: Math.floor(epoch), rate, value })
  })
}

interface Moment {
  readonly share: number
  readonly epoch: number
  readonly rate: number
  readonly value: (name: string, fallback: number) => number
}

const FACTORS: Readonly<Record<string, (moment: Moment) => number>> = {
  constant: () => 1,
  step: ({ epoch, value }) => value('factor', 0.1) ** Math.floor(epoch / value('everyEpochs', 7)),
  exponential: ({ epoch, value }) => value('factor', 0.9) ** epoch,
  cosine({ share, rate, value }) {
    const low = Math.min(value('minimum', 0) / rate, 1)
    return low + ((1 - low) * (1 + Math.cos(Math.PI * share))) / 2
  },
  'inverse-decay': ({ share, value }) => (1 + value('speed', 10) * share) ** -value('power', 0.75),
  'one-cycle'({ share, value }) {
    const top = value('pctStart', 0.25)
    const start = 1 / value('div', 25)
    if (share <= top) return anneal(start, 1, top > 0 ? share / top : 1)
    return anneal(1, start / value('finalDiv', 4000), (share - top) / (1 - top))
  },
}

function anneal(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2
}
