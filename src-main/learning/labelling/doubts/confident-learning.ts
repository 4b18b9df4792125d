import { confidentJoint } from './confident-joint.ts'

export interface LabelIssues {
  /** Samples whose label is probably wrong, most suspicious first: smallest self-confidence. */
  readonly issues: Int32Array
  /** Probability of the given label (N): self-confidence. */
  readonly selfConfidence: Float32Array
  /** Most probable class (N). */
  readonly best: Int32Array
  /** (K, K), given class by class that is meant: samples, estimated. Each row sums to the labels of its class. */
  readonly joint: Int32Array
}

/** Probabilities closer than this are one. */
const EQUAL = 1e-6

/** Labels that are probably wrong: Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021.
 *  The confident joint counts how many labels of class i are meant to be j; of those, the ones with the largest margin p(j) - p(i) are taken
 *  (section 3.2, pruning by noise rate), unless the label is the most probable class after all. Ranked by self-confidence. The same as
 *  cleanlab's find_label_issues with its defaults.
 *  @param probabilities (N, K), out of sample: of models that did not see the label
 *  @param labels N class indices below K; each class that occurs has at least one */
export function labelIssues(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): LabelIssues {
  const joint = confidentJoint(probabilities, labels, classes)
  const samples = labels.length
  const selfConfidence = Float32Array.from({ length: samples }, (_, i) => probabilities[i * classes + labels[i]!]!)
  const best = Int32Array.from({ length: samples }, (_, i) =>
    mostProbable(probabilities, i * classes, classes, labels[i]!),
  )
  const taken = new Set<number>()
  for (let given = 0; given < classes; given++) {
    const members = [...Array(samples).keys()].filter((i) => labels[i] === given)
    // One label of each class stays.
    if (members.length <= 1) continue
    for (let meant = 0; meant < classes; meant++) {
      const count = joint[given * classes + meant]!
      if (meant === given || count === 0) continue
      const margin = (i: number): number => probabilities[i * classes + meant]! - probabilities[i * classes + given]!
      for (const i of members.sort((a, b) => margin(b) - margin(a) || a - b).slice(0, count)) taken.add(i)
    }
  }
  const issues = Int32Array.from([...taken].filter((i) => best[i] !== labels[i]))
  issues.sort((a, b) => selfConfidence[a]! - selfConfidence[b]! || a - b)
  return { issues, selfConfidence, best, joint }
}

/** The label itself, where another class is not more probable by more than rounding. */
function mostProbable(probabilities: Float32Array, start: number, classes: number, label: number): number {
  let best = label
  let largest = probabilities[start + label]! + EQUAL
  for (let c = 0; c < classes; c++) {
    if (probabilities[start + c]! <= largest) continue
    best = c
    largest = probabilities[start + c]!
  }
  return best
}
