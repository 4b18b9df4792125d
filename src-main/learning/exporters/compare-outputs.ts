import type { Manifest } from '../../contract/trainer.ts'

type Outputs = readonly (readonly (readonly number[])[])[]

export interface Comparison {
  /** Infinity when a shape differs or a value is not a number. */
  readonly maxDifference: number
  /** Share of samples and classification heads with the same most probable class; 1 when there is no such head. */
  readonly sameTop1: number
}

/** Outputs as [head][sample][value]. */
export function compareOutputs(expected: Outputs, received: Outputs, heads: Manifest['heads']): Comparison {
  let maxDifference = 0
  let same = 0
  let compared = 0
  expected.forEach((samples, head) => {
    samples.forEach((values, sample) => {
      const others = received[head]?.[sample] ?? []
      if (others.length !== values.length) maxDifference = Infinity
      values.forEach((value, index) => {
        const difference = Math.abs(value - (others[index] ?? NaN))
        maxDifference = Math.max(maxDifference, Number.isNaN(difference) ? Infinity : difference)
      })
      if (heads[head]?.type !== 'classification') return
      compared += 1
      if (top(values) === top(others)) same += 1
    })
  })
  return { maxDifference, sameTop1: compared === 0 ? 1 : same / compared }
}

function top(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}
