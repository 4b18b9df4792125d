import { gradientReversal } from '../../ops/gradient-reversal.ts'
import type { Objective } from '../../engine/step/objective.ts'
import type { Scalar, Tensor } from '../../runtime.ts'
import { domainAccuracy, domainLoss } from '../../losses/domain-loss.ts'
import type { Adversary } from '../common/domain-adaptation/adversary.ts'
import { lambdaAt } from './adaptation-factor.ts'
import type { BatchFeed } from '../common/domain-adaptation/target-feed.ts'

export interface DannParts {
  readonly adversary: Adversary
  readonly target: BatchFeed
  /** Layer at which the domains are told apart. */
  readonly layer: string
  /** Output layers, one per head. */
  readonly outputs: readonly string[]
  readonly lambda: number
  readonly isRising: boolean
}

/** E(theta_f, theta_y, theta_d) of Ganin, Ustinova et al., "Domain-adversarial training of neural networks", JMLR 17 (2016), eq. (10) in
 *  the form of (18): cross entropy of the heads on the source half of the batch + cross entropy of the domain classifier on both
 *  halves, whose gradient reaches the features times -lambda. The domain classifier itself always learns at weight 1; scaling its loss
 *  by lambda would starve it at the start. Both halves go through the network as one batch, so that BatchNorm sees both domains at
 *  once (as thuml/Transfer-Learning-Library does). */
export function dannObjective({ adversary, target, layer, outputs, lambda, isRising }: DannParts): Objective {
  return {
    partners: [adversary.partner],
    feeds: [target.feed],
    numbers: ({ phaseStep, phaseSteps }) => [isRising ? lambda * lambdaAt(phaseStep / phaseSteps) : lambda],
    metrics: ['domainLoss', 'domainAccuracy', 'lambda'],
    loss(tf, input) {
      const other = target.input(input.feeds[0]!)
      const [own, rest] = [input.x.shape[0]!, other.shape[0]!]
      const both = input.forward({ x: tf.concat([input.x, other]), outputs: [...outputs, layer] })
      const features = both.at(-1)!
      const predicted = outputs.map((_, h) => tf.split(both[h]!, [own, rest])[0] as Tensor)
      const reversed = gradientReversal(tf, features, input.numbers[0]!)
      const [source, foreign] = tf.split(adversary.logits(input, reversed), [own, rest]) as [Tensor, Tensor]
      const domain = domainLoss(tf, source, foreign)
      const loss: Scalar = tf.add(input.supervised(predicted), domain)
      return { loss, outputs: predicted, metrics: [domain, domainAccuracy(tf, source, foreign), input.numbers[0]!] }
    },
  }
}
