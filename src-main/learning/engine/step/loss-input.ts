import { headLoss } from '../../losses/head-loss.ts'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from '../../runtime.ts'
import { type HeadTargets, type StepScalars, toInput } from '../data/feed.ts'
import type { LossInput } from './objective.ts'
import type { BatchTensors, TrainStepParts } from './step-parts.ts'
import type { Samples } from '../data/training-data.ts'

/** What an objective sees of one batch. */
export function lossInput(tf: Tf, parts: TrainStepParts, batch: BatchTensors, scalars: StepScalars): LossInput {
  const { model, samples, heads, phase } = parts
  const training = { step: scalars.step, layers: phase.trainingMode }
  const x = toInput(tf, samples, batch.x, batch.drawn)
  const targets = heads.map((_, h) => mixedTargets(tf, samples, batch.heads[h]!, batch.drawn))
  const supervisedEach = (outputs: readonly Tensor[]): Scalar[] =>
    heads.map((head, h) => {
      const { target, weight } = targets[h]!
      const value = headLoss(head)(tf, outputs[h] as Tensor2D, target as Tensor1D | Tensor2D, weight)
      return head.weight === 1 ? value : tf.mul(value, head.weight)
    })
  return {
    x,
    targets,
    feeds: mixedFeeds(tf, parts, batch),
    numbers: scalars.objective,
    step: scalars.step,
    from: samples.layer,
    forward: ({ x: other = x, outputs, isTraining = true, movesAverages = true } = {}) =>
      model.forward(other, {
        from: samples.layer,
        ...(outputs === undefined ? {} : { outputs }),
        ...(isTraining ? { training: { ...training, movesAverages } } : {}),
      }),
    weights: model.weights,
    start: parts.start ?? new Map(),
    supervised: (outputs) => supervisedEach(outputs).reduce((sum, loss) => tf.add(sum, loss)),
    supervisedEach,
  }
}

/** Targets mixed as their samples were. A sample's weight goes with it: t' = mix(w t) / mix(w), w' = mix(w), so that the weighted
 *  cross entropy is the mixture of both, and a partner without a label pulls at nothing. */
function mixedTargets(tf: Tf, { changes }: Samples, head: HeadTargets, drawn: readonly Tensor[] | null): HeadTargets {
  const mix = changes?.mix ?? null
  if (mix === null || drawn === null) return head
  const { target, weight } = head
  if (weight === null) return { target: mix(tf, target, drawn), weight }
  const perRow = (values: Tensor) => (target.rank === 1 ? values : tf.expandDims(values, 1))
  const mixed = mix(tf, weight, drawn) as Tensor1D
  const weighted = mix(tf, tf.mul(target, perRow(weight)), drawn)
  return { target: tf.div(weighted, tf.maximum(perRow(mixed), 1e-12)), weight: mixed }
}

/** Feeds that are targets, mixed as their samples were; the others as they are. */
function mixedFeeds(tf: Tf, { samples, phase }: TrainStepParts, { feeds, drawn }: BatchTensors) {
  const mix = samples.changes?.mix ?? null
  if (mix === null || drawn === null) return feeds
  const given = phase.objective?.feeds ?? []
  return feeds.map((tensors, i) => {
    const feed = given[i]!
    return feed.kind === 'rows' && feed.isMixed === true ? tensors.map((each) => mix(tf, each, drawn)) : tensors
  })
}
