import { keptTensors } from '../../../../ops/kept-tensors.ts'
import type { HeadTargets } from '../../../../engine/data/feed.ts'
import type { HeadInfo } from '../../../../network/head-info.ts'
import type { LossInput, Objective } from '../../../../engine/step/objective.ts'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf, Variable } from '../../../../runtime.ts'
import { headLoss } from '../../../../losses/head-loss.ts'
import type { TaskWeighting } from './task-weighting.ts'

export interface MultiTaskOptions {
  readonly heads: readonly HeadInfo[]
  readonly weighting: TaskWeighting
  /** Weights of the network that belong to one task alone: its head. */
  readonly headWeights: ReadonlySet<Variable>
}

/** One network, several tasks, their losses joined by a weighting. The weight of each task's loss is the series
 *  `train.weight.<head>`. */
export function multiTaskObjective({ heads, weighting, headWeights }: MultiTaskOptions): Objective {
  const objective: Objective = {
    variables: weighting.variables,
    numbers: weighting.numbers,
    metrics: heads.map(({ name }) => `weight.${name}`),
    loss(tf, input) {
      const outputs = input.forward()
      const losses = tf.stack(taskLosses(tf, heads, input.targets, outputs)) as Tensor1D
      const labelled = labelledOf(tf, input.targets)
      const { loss, weights } = weighting.combine(tf, { losses, labelled, numbers: input.numbers })
      return { loss, outputs, metrics: tf.unstack(weights) as Scalar[] }
    },
  }
  if (weighting.fromGradients === undefined) return objective
  return {
    ...objective,
    gradients: (tf, variables, input) => joinedGradients(tf, { heads, weighting, headWeights }, variables, input),
  }
}

/** Per task, the mean loss over the batch's labelled samples; the heads' own weights are left to the weighting. */
export function taskLosses(
  tf: Tf,
  heads: readonly HeadInfo[],
  targets: readonly HeadTargets[],
  outputs: readonly Tensor[],
): Scalar[] {
  return heads.map((head, h) => {
    const { target, weight } = targets[h]!
    return headLoss(head)(tf, outputs[h] as Tensor2D, target as Tensor1D | Tensor2D, weight)
  })
}

/** (T) Weights of each task's labelled samples added up. */
export function labelledOf(tf: Tf, targets: readonly HeadTargets[]): Tensor1D {
  const counts = targets.map(({ target, weight }) => (weight === null ? tf.scalar(target.shape[0]!) : tf.sum(weight)))
  return tf.stack(counts) as Tensor1D
}

interface TaskGradients {
  readonly loss: Tensor
  readonly outputs: readonly Tensor[]
  /** In the order of the variables; null: this task does not depend on it. */
  readonly gradients: readonly (Tensor | null)[]
}

/** Gradients task by task, then joined: what tasks share by the weighting, a head's own as they are. Only the first pass moves
 *  BatchNorm's averages, so that a batch counts once. */
function joinedGradients(tf: Tf, options: MultiTaskOptions, variables: readonly Variable[], input: LossInput) {
  const { heads, weighting, headWeights } = options
  const labelled = labelledOf(tf, input.targets)
  const all = heads.map((_, t) => gradientsOf(tf, options, variables, input, t))
  const losses = tf.stack(all.map(({ loss }) => loss)) as Tensor1D
  const { loss, weights } = weighting.combine(tf, { losses, labelled, numbers: input.numbers })
  const scales = tf.unstack(weights) as Scalar[]
  const scaled = all.map(({ gradients }, t) => gradients.map((each) => each && tf.mul(each, scales[t]!)))
  const shared = variables.flatMap((variable, i) => (headWeights.has(variable) ? [] : [i]))
  const joint = weighting.fromGradients!(tf, innerProducts(tf, variables, scaled, shared), input.numbers)
  const factors = tf.unstack(joint) as Scalar[]
  const gradients = variables.map((variable, i) => {
    const each = scaled.flatMap((task, t) => {
      const gradient = task[i]
      if (!gradient) return []
      return [headWeights.has(variable) ? gradient : tf.mul(gradient, factors[t]!)]
    })
    return each.length === 0 ? tf.zeros(variable.shape) : tf.addN(each)
  })
  return { loss, outputs: all[0]!.outputs, gradients, metrics: tf.unstack(tf.mul(weights, joint)) as Scalar[] }
}

function gradientsOf(
  tf: Tf,
  { heads }: MultiTaskOptions,
  variables: readonly Variable[],
  input: LossInput,
  task: number,
): TaskGradients {
  const outputs = keptTensors(tf)
  const { value, grads } = tf.variableGrads(() => {
    const given = input.forward({ movesAverages: task === 0 })
    if (task === 0) outputs.keep(given)
    return taskLosses(tf, heads, input.targets, given)[task]!
  }, [...variables])
  return { loss: value, outputs: outputs.release(), gradients: variables.map(({ name }) => grads[name] ?? null) }
}

/** (T, T) g_i . g_j over the given variables together. */
function innerProducts(
  tf: Tf,
  variables: readonly Variable[],
  gradients: readonly (readonly (Tensor | null)[])[],
  places: readonly number[],
): Tensor2D {
  const tasks = gradients.length
  const each = places.map((i) => {
    const rows = gradients.map((task) => tf.reshape(task[i] ?? tf.zeros(variables[i]!.shape), [-1]))
    const matrix = tf.stack(rows) as Tensor2D
    return tf.matMul(matrix, matrix, false, true)
  })
  return each.length === 0 ? tf.zeros([tasks, tasks]) : (tf.addN(each) as Tensor2D)
}
