import { readFileSync } from 'node:fs'

const FOLDER = new URL('../fixtures/confident-learning/', import.meta.url)
const CLASSES = 10

/** Digits of which some labels were changed, what a classifier says of them out of sample, and what cleanlab makes of that. */
export interface ConfidentCase {
  readonly name: string
  readonly truth: number[]
  readonly given: number[]
  /** (N, 10), shares of their sum. */
  readonly probabilities: Float32Array
  /** cleanlab's find_label_issues, most suspicious first. */
  readonly issues: number[]
  /** cleanlab's calibrated confident joint. */
  readonly joint: number[][]
}

export function confidentCases(): ConfidentCase[] {
  const { cases } = JSON.parse(readFileSync(new URL('cases.json', FOLDER), 'utf8')) as { cases: Stored[] }
  const bytes = readFileSync(new URL('probabilities.u16', FOLDER))
  let at = 0
  return cases.map(({ source, changed, share, truth, given, issues, joint }) => {
    const count = truth.length
    const steps = Array.from({ length: count * CLASSES }, (_, i) => bytes.readUInt16LE(2 * (at + i)))
    at += count * CLASSES
    const sums = Array.from({ length: count }, (_, i) =>
      steps.slice(i * CLASSES, (i + 1) * CLASSES).reduce((a, b) => a + b, 0),
    )
    return {
      name: `${source}, ${100 * share} % changed (${changed})`,
      truth: [...truth].map(Number),
      given: [...given].map(Number),
      probabilities: Float32Array.from(steps, (step, i) => step / sums[Math.floor(i / CLASSES)]!),
      issues,
      joint,
    }
  })
}

interface Stored {
  readonly source: string
  readonly changed: string
  readonly share: number
  readonly truth: string
  readonly given: string
  readonly issues: number[]
  readonly joint: number[][]
}
