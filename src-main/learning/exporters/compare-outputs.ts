import { moments } from '../../base/statistics/moments.ts'
import type { Manifest } from '../../contract/trainer.ts'

type Outputs = readonly (readonly (readonly number[])[])[]

export interface Comparison {
  /** Of probabilities; of numbers in standard deviations of their target. Infinity when a shape differs or a value is not a number. */
  readonly maxDifference: number
  /** Share of samples and classification heads with the same most probable class; 1 when there is no such head. */
  readonly sameTop1: number
}

/** Outputs as [head][sample][value], numbers in their own unit. */
export function compareOutputs(expected: Outputs, received: Outputs, heads: Manifest['heads']): Comparison {
  let maxDifference = 0
  let same = 0
  let compared = 0
  expected.forEach((samples, head) => {
    const unit = heads[head]?.type === 'regression' ? unitOf(heads[head], samples) : 1
    samples.forEach((values, sample) => {
      const others = received[head]?.[sample] ?? []
      if (others.length !== values.length) maxDifference = Infinity
      values.forEach((value, index) => {
        const difference = Math.abs(value - (others[index] ?? NaN)) / unit
        maxDifference = Math.max(maxDifference, Number.isNaN(difference) ? Infinity : difference)
      })
      if (heads[head]?.type !== 'classification') return
      compared += 1
      if (mostProbable(values) === mostProbable(others)) same += 1
    })
  })
  return { maxDifference, sameTop1: compared === 0 ? 1 : same / compared }
}

/** The target's standard deviation. Models from before do not tell it: there it is that of the answers, or a tenth of their size where a few
 *  samples hardly vary, since rounding grows with size. */
function unitOf({ scale }: Manifest['heads'][number], samples: Outputs[number]): number {
  if (scale !== undefined) return scale.std
  const values = samples.flat()
  const size = Math.max(...values.map(Math.abs))
  const { std } = moments(values)
  return (std > 0 ? Math.max(std, size / 10) : size) || 1
}

/** Its place; the first of several. */
export function mostProbable(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}
