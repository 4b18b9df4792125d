import type { Objective } from '../../engine/step/objective.ts'
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy.ts'
import type { Tensor, Tensor2D } from '../../runtime.ts'
import { allRotations, rotatedTargets } from './rotations.ts'

/** Mean cross entropy of the rotation over all four copies of each image of the batch: Gidaris, Singh, Komodakis, ICLR 2018,
 *  eqs. (2) and (3); "we feed all the four rotated copies at the same time". The learner's data gives images in a known rotation. */
export const ROTATION_OBJECTIVE: Objective = {
  loss(tf, input) {
    const images = allRotations(tf, input.x)
    const targets = rotatedTargets(tf, input.targets[0]!.target) as Tensor2D
    const logits = input.forward({ x: images })[0] as Tensor2D
    const own: Tensor = tf.slice(logits, [0, 0], [input.x.shape[0]!, logits.shape[1]])
    return { loss: tf.mean(softmaxCrossEntropy(tf, logits, targets)), outputs: [own] }
  },
}
