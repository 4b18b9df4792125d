import type { Objective } from '../../engine/step/objective.ts'
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy.ts'
import type { Scalar, Tensor2D } from '../../runtime.ts'

export interface PseudoLabels {
  /** Place of the head that they are for. */
  readonly head: number
  readonly classes: number
  /** Rows of the data, and a class for each. */
  readonly rows: readonly number[]
  readonly labels: readonly number[]
  /** How many rows the data has. */
  readonly count: number
}

/** L = CE on labels + a(t) * mean over the batch's pseudo-labelled rows of CE(y^, p), where y^ is the class that an earlier model gave the row.
 *  Paper: Lee, "Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method for Deep Neural Networks", ICML StagedRun 2013,
 *  equation 15; with a threshold tllib's self_training/pseudo_label.py, which takes the mean over all unlabelled rows: here a batch holds
 *  none but accepted ones. `weightAt`: a(t) at progress 0..1 of the phase. */
export function pseudoLabelObjective(pseudo: PseudoLabels, weightAt: (progress: number) => number): Objective {
  const { head, classes } = pseudo
  return {
    feeds: [{ kind: 'rows', shape: [classes], values: oneHotRows(pseudo), isMixed: true }],
    numbers: ({ phaseStep, phaseSteps }) => [weightAt(phaseSteps === 0 ? 1 : phaseStep / phaseSteps)],
    metrics: ['pseudoLoss'],
    loss(tf, input) {
      const outputs = input.forward()
      const target = input.feeds[0]![0] as Tensor2D
      // 1 for a pseudo-labelled row, 0 for a labelled one; in between where samples are mixed.
      const share = tf.sum(target, 1)
      const normalised = tf.div(target, tf.maximum(tf.expandDims(share, 1), 1e-12)) as Tensor2D
      const losses = tf.mul(softmaxCrossEntropy(tf, outputs[head] as Tensor2D, normalised), share)
      const pseudoLoss = tf.div(tf.sum(losses), tf.maximum(tf.sum(share), 1e-12)) as Scalar
      const loss = tf.add(input.supervised(outputs), tf.mul(input.numbers[0]!, pseudoLoss)) as Scalar
      return { loss, outputs, metrics: [pseudoLoss] }
    },
  }
}

/** (count, classes): one-hot where a row has a pseudo-label, else zero. */
function oneHotRows({ rows, labels, classes, count }: PseudoLabels): Float32Array {
  const values = new Float32Array(count * classes)
  rows.forEach((row, i) => (values[row * classes + labels[i]!] = 1))
  return values
}

/** Rows of an epoch: every pseudo-labelled row once, and the labelled rows as often as it takes for them to be at least `share` of all. A few
 *  labels among many guesses would otherwise hardly be seen (Arazo et al., "Pseudo-Labeling and Confirmation Bias in Deep Semi-Supervised
 *  Learning", IJCNN 2020, arXiv 1908.02983, section 3). */
export function mixedRows(labelled: readonly number[], pseudo: readonly number[], share: number): number[] {
  if (labelled.length === 0) return [...pseudo]
  const wanted = share >= 1 ? Infinity : (share * pseudo.length) / ((1 - share) * labelled.length)
  const times = Math.max(1, Math.ceil(wanted - 1e-9))
  return [...Array.from({ length: Math.min(times, MOST_TIMES) }, () => labelled).flat(), ...pseudo]
}

const MOST_TIMES = 10_000
