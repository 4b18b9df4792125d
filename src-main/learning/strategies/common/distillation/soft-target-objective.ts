import type { HeadInfo } from '../../../network/head-info.ts'
import type { Model } from '../../../engine/model/model.ts'
import type { Feed, LossInput, Objective } from '../../../engine/step/objective.ts'
import type { Scalar, Tensor, Tensor2D, Tf } from '../../../runtime.ts'
import { type DistillationBatch, softLoss } from '../../../losses/distillation-loss.ts'

export interface SoftTargetOptions {
  readonly heads: readonly HeadInfo[]
  /** Per head, the teacher's softened probabilities for every row of the data (rows * classes); null: the head learns from its
   *  labels alone. */
  readonly soft: readonly (Float32Array | null)[]
  readonly temperature: number
  /** Present: it answers for the batch as it is trained, changed at random, in place of `soft`, which holds its answers for the plain
   *  samples. Its outputs are parallel to `heads`, and it takes samples as the learner does. */
  readonly teacher?: Model | null
  /** The loss of one head's batch. */
  headLoss(tf: Tf, batch: DistillationBatch): Scalar
}

/** Learning from soft targets: the heads' losses, each times the head's weight, in one sum. Targets are a feed by row, so they go with
 *  their samples through any shuffling, and are mixed as labels are where samples are mixed. The series `train.softLoss` is
 *  T^2 * KL(teacher || student) on its own: 0 when the student answers as its teacher. */
export function softTargetObjective(options: SoftTargetOptions): Objective {
  const { heads, soft, temperature, teacher = null, headLoss } = options
  const taught = heads.flatMap((head, h) => (soft[h] === null ? [] : [{ head, h }]))
  const stored = taught.map(({ head, h }): Feed => {
    return { kind: 'rows', shape: [head.classes.length], values: soft[h]!, isMixed: true }
  })
  return {
    feeds: teacher === null ? stored : [],
    ...(teacher === null ? {} : { partners: [{ name: 'teacher', model: teacher, trained: new Set<string>() }] }),
    metrics: ['softLoss'],
    loss(tf, input) {
      const outputs = input.forward()
      const live = teacher?.forward(input.x, { from: input.from }) ?? null
      const targets = taught.map(({ h }, i) =>
        live === null ? input.feeds[i]![0]! : softened(tf, live[h]!, temperature),
      )
      const batches = taught.map(({ h }, i) => batchOf(input, outputs, h, targets[i]!))
      const supervised = taught.length < heads.length ? input.supervisedEach(outputs) : []
      const others = heads.flatMap((_, h) => (soft[h] === null ? [supervised[h]!] : []))
      const own = batches.map((batch, i) => weighted(tf, headLoss(tf, batch), taught[i]!.head.weight))
      const distances = batches.map(({ logits, soft: p }) => softLoss(tf, logits, p, temperature))
      return { loss: sum(tf, [...own, ...others]), outputs, metrics: [sum(tf, distances)] }
    },
  }
}

function softened(tf: Tf, logits: Tensor, temperature: number): Tensor {
  return tf.softmax(tf.div(logits, temperature))
}

function batchOf({ targets }: LossInput, outputs: readonly Tensor[], h: number, soft: Tensor): DistillationBatch {
  const { target, weight } = targets[h]!
  return { logits: outputs[h] as Tensor2D, soft: soft as Tensor2D, target: target as Tensor2D, weight }
}

function weighted(tf: Tf, loss: Scalar, weight: number): Scalar {
  return weight === 1 ? loss : tf.mul(loss, weight)
}

function sum(tf: Tf, losses: readonly Scalar[]): Scalar {
  return losses.reduce((total, loss) => tf.add(total, loss))
}
