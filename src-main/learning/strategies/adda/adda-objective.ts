import type { LossInput, Objective } from '../../engine/step/objective.ts'
import { keptTensors } from '../../ops/kept-tensors.ts'
import { stopGradient } from '../../ops/stop-gradient.ts'
import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'
import { domainAccuracy, domainLoss, invertedLabelLoss } from '../../losses/domain-loss.ts'
import type { Adversary } from '../common/domain-adaptation/adversary.ts'
import type { BatchFeed } from '../common/domain-adaptation/target-feed.ts'

export interface AddaParts {
  readonly adversary: Adversary
  /** Features of the source by its own, frozen encoder. */
  readonly source: BatchFeed
  readonly layer: string
  readonly outputs: readonly string[]
  /** Of the L2 penalty on the discriminator's kernels: decay * |w|^2 / 2. */
  readonly decay: number
}

/** Stage 2 of Tzeng, Hoffman, Saenko, Darrell, "Adversarial discriminative domain adaptation", CVPR 2017, arXiv 1702.05464, eq. (9), for
 *  a learner whose batches are of the target: the discriminator minimises its cross entropy on both domains' features, the target's
 *  encoder that of the inverted labels on its own. Each has its own gradient, and both move at once, from the same features, as in the
 *  authors' code (erictzeng/adda:tools/train_adda.py). */
export function addaObjective(parts: AddaParts): Objective {
  return {
    partners: [parts.adversary.partner],
    feeds: [parts.source.feed],
    metrics: ['domainLoss', 'domainAccuracy'],
    loss(tf, input) {
      const { features, outputs } = encode(input, parts)
      return { loss: invertedLabelLoss(tf, parts.adversary.logits(input, features)), outputs, metrics: noMetrics(tf) }
    },
    gradients: (tf, variables, input) => bothGradients(tf, variables, input, parts),
  }
}

function encode(input: LossInput, { layer, outputs }: AddaParts): { features: Tensor; outputs: Tensor[] } {
  const all = input.forward({ outputs: [...outputs, layer] })
  return { features: all.at(-1)!, outputs: all.slice(0, -1) }
}

function bothGradients(tf: Tf, variables: readonly Variable[], input: LossInput, parts: AddaParts) {
  const { adversary, source, decay } = parts
  const ofDiscriminator = new Set(adversary.learner.model.weights.values())
  const encoded = keptTensors(tf)
  const encoder = tf.variableGrads(
    () => {
      const { features, outputs } = encode(input, parts)
      encoded.keep([features, ...outputs])
      return invertedLabelLoss(tf, adversary.logits(input, features))
    },
    variables.filter((variable) => !ofDiscriminator.has(variable)),
  )
  const [features, ...outputs] = encoded.release() as [Tensor, ...Tensor[]]
  const own = source.input(input.feeds[0]!)
  const figures = keptTensors(tf)
  const discriminator = tf.variableGrads(
    () => {
      const logits = [own, stopGradient(tf, features)].map((each) => adversary.logits(input, each)) as [Tensor, Tensor]
      const loss = domainLoss(tf, ...logits)
      figures.keep([loss, domainAccuracy(tf, ...logits)])
      return tf.add(loss, penalty(tf, adversary, decay)) as Scalar
    },
    variables.filter((variable) => ofDiscriminator.has(variable)),
  )
  const grads = { ...encoder.grads, ...discriminator.grads }
  return {
    loss: encoder.value,
    outputs,
    metrics: figures.release() as Scalar[],
    gradients: variables.map((variable) => grads[variable.name] ?? tf.zeros(variable.shape)),
  }
}

function penalty(tf: Tf, { learner }: Adversary, decay: number): Scalar {
  const kernels = [...learner.model.weights].filter(([name]) => name.endsWith('/kernel'))
  const squares = kernels.map(([, kernel]) => tf.sum(tf.square(kernel)) as Scalar)
  return tf.mul(
    squares.reduce((sum, value) => tf.add(sum, value), tf.scalar(0)),
    decay / 2,
  )
}

function noMetrics(tf: Tf): Scalar[] {
  return [tf.scalar(0), tf.scalar(0)]
}
