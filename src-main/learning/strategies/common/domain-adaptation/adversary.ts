import type { Learner } from '../../../engine/run/learner.ts'
import type { LossInput, Partner } from '../../../engine/step/objective.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import type { Tensor, Tf } from '../../../runtime.ts'
import { domainAccuracy, domainLoss } from '../../../losses/domain-loss.ts'
import type { Features } from '../../../transferability/features.ts'
import { discriminatorNetwork } from '../../../network/discriminator.ts'
import { inferNetwork } from '../../../network/infer.ts'

export interface AdversaryValues {
  readonly discriminatorUnits: number
  readonly discriminatorLayers: number
  readonly discriminatorDropout: number
  readonly discriminatorRateFactor: number
}

/** A discriminator on a layer of the planned network. */
export interface Adversary {
  readonly learner: Learner
  readonly partner: Partner
  /** (B, ...) features -> (B, 1) logits, in training mode. Tensor code. */
  logits(input: LossInput, features: Tensor): Tensor
}

export function createAdversary(run: StagedRun, layer: string, values: AdversaryValues): Adversary {
  const shape = inferNetwork(run.main.model.network).shapes.get(layer)!
  const hidden = new Array<number>(values.discriminatorLayers).fill(values.discriminatorUnits)
  const network = discriminatorNetwork({ shape, hidden, dropout: values.discriminatorDropout })
  const learner = run.learner({ name: 'discriminator', network, heads: { records: [], infos: [] } })
  const layers = new Set(network.layers.map(({ name }) => name))
  return {
    learner,
    partner: {
      name: 'discriminator',
      model: learner.model,
      trained: layers,
      rateFactor: values.discriminatorRateFactor,
    },
    logits: ({ step }, features) => learner.model.forward(features, { training: { step, layers } })[0]!,
  }
}

/** Loss and accuracy of a discriminator on some features of both domains, in inference mode. */
export function discriminatorFigures(
  tf: Tf,
  { learner }: Adversary,
  { source, target }: { readonly source: Features; readonly target: Features },
): { loss: number; accuracy: number } {
  const { network } = learner.model
  const shape = network.layers[0]!.config['shape'] as number[]
  const [loss, accuracy] = tf.tidy(() => {
    const logits = [source, target].map(({ values, length }) =>
      learner.model.forward(tf.tensor(values, [values.length / length, ...shape])),
    )
    const [own, other] = logits.map(([first]) => first!) as [Tensor, Tensor]
    return [domainLoss(tf, own, other), domainAccuracy(tf, own, other)].map((value) => value.dataSync()[0]!)
  })
  return { loss: loss!, accuracy: accuracy! }
}
