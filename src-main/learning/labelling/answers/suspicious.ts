import { unpackInt32 } from '../../../base/packed-numbers.ts'
import { plural } from '../../../base/plural.ts'
import { crossValidatedProbabilities } from '../../probes/cross-validate.ts'
import type { Answer } from '../labeller-context.ts'
import { labelIssues } from '../doubts/confident-learning.ts'
import { pace } from '../pace.ts'

const FOLDS = 5

/** Labels that the linear head, fitted to other items, says are wrong. A class with a single label takes no part: no fit without it knows it. */
export const suspicious: Answer<'suspicious'> = async (context, question) => {
  const given = unpackInt32(question.labels)
  const counts = new Int32Array(question.classes)
  for (const label of given) if (label >= 0) counts[label]!++
  const present = [...counts.keys()].filter((label) => counts[label]! >= 2)
  const alone = counts.filter((count) => count === 1).length
  if (present.length < 2) return { kind: 'suspicious', examined: 0, labels: [], confused: [], note: TOO_FEW }
  const dense = new Map(present.map((label, index) => [label, index]))
  const rows = [...given.keys()].filter((row) => dense.has(given[row]!))
  const labels = rows.map((row) => dense.get(given[row]!)!)
  const onward = pace(context, 'suspicious', FOLDS)
  const options = { classes: present.length, seed: question.seed, folds: FOLDS }
  const probabilities = await crossValidatedProbabilities(context.tf, context.features, rows, labels, options, onward)
  const { issues, best, selfConfidence, joint } = labelIssues(probabilities, labels, present.length)
  return {
    kind: 'suspicious',
    examined: rows.length,
    labels: [...issues].map((i) => ({
      row: rows[i]!,
      given: present[labels[i]!]!,
      suggested: present[best[i]!]!,
      score: 1 - selfConfidence[i]!,
    })),
    confused: confusedPairs(joint, present, counts),
    note:
      alone === 0
        ? null
        : `${plural(alone, 'class', 'classes')} with a single label ${alone === 1 ? 'was' : 'were'} left out.`,
  }
}

const TOO_FEW = 'Labels are compared from two classes with two labels each.'

/** Off the diagonal of the confident joint, most labels first. */
function confusedPairs(joint: Int32Array, present: readonly number[], counts: Int32Array) {
  return present
    .flatMap((given, i) =>
      present.map((suggested, j) => {
        const count = i === j ? 0 : joint[i * present.length + j]!
        return { given, suggested, count, share: count / counts[given]! }
      }),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || b.share - a.share)
}
