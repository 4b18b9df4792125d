import { softmaxRow } from '../../base/softmax.ts'

export interface Guess {
  readonly label: number
  /** Probability of that class. */
  readonly confidence: number
}

/** The most probable class of each row of logits (n * classes), with its probability at a temperature. */
export function guesses(logits: Float32Array, classes: number, temperature = 1): Guess[] {
  const p = new Float64Array(classes)
  return Array.from({ length: logits.length / classes }, (_, i) => {
    softmaxRow(logits, i * classes, p, temperature)
    let label = 0
    for (let c = 1; c < classes; c++) if (p[c]! > p[label]!) label = c
    return { label, confidence: p[label]! }
  })
}
