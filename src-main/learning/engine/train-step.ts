import { classificationLoss, regressionLoss } from '../losses/loss.ts'
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf, Variable } from '../lab.ts'
import type { UpdateRule } from '../optimizers/optimizer.ts'
import type { Phase } from '../strategies/strategy.ts'
import { type Batch, normalise, type StepScalars } from './feed.ts'
import type { HeadInfo } from './heads.ts'
import type { Model } from './model.ts'
import type { Samples } from './training-data.ts'

export interface TrainStepParts {
  readonly model: Model
  readonly phase: Phase
  readonly heads: readonly HeadInfo[]
  readonly rule: UpdateRule
  readonly samples: Samples
}

export interface StepResult {
  readonly loss: Scalar
  /** Raw outputs per head, (B, C) or (B, 1); the caller disposes of them and of the loss. */
  readonly outputs: readonly Tensor[]
}

export interface TrainStep {
  /** One update. Pure tensor code from batch and scalars to the loss, with the new weights, averages and slots assigned:
   *  no randomness but the stateless one, no decision that depends on a value. */
  run(batch: Batch, scalars: StepScalars): StepResult
  /** The optimizer's memory by `<weight>#<slot>`. */
  readonly slots: ReadonlyMap<string, Variable>
  dispose(): void
}

export function createTrainStep(tf: Tf, parts: TrainStepParts): TrainStep {
  const { model, phase, rule } = parts
  const trained = [...model.weights].filter(([name, v]) => v.trainable && phase.trained.has(layerOf(name)))
  const slots = new Map<string, Variable>()
  for (const [name, weight] of trained) {
    for (const slot of rule.slots) slots.set(`${name}#${slot}`, zeroVariable(tf, weight.shape))
  }
  const variables = trained.map(([, weight]) => weight)
  const run = (batch: Batch, scalars: StepScalars): StepResult => {
    let outputs: Tensor[] = []
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const forward = lossOf(tf, parts, batch, scalars)
        outputs = forward.outputs.map((output) => tf.keep(tf.clone(output)))
        return forward.loss
      }, variables)
      for (const [name, weight] of trained) {
        const gradient = grads[weight.name]
        if (gradient) update(tf, rule, { name, weight, gradient, slots, scalars, factor: factorOf(phase, name) })
      }
      return value
    })
    return { loss, outputs }
  }
  return { run, slots, dispose: () => slots.forEach((slot) => slot.dispose()) }
}

/** Sum over heads of weight * loss. */
function lossOf(tf: Tf, parts: TrainStepParts, batch: Batch, scalars: StepScalars) {
  const { model, samples, heads, phase } = parts
  const training = { step: scalars.step, layers: phase.trainingMode }
  const outputs = model.forward(normalise(tf, samples, batch.x), { from: samples.layer, training })
  const losses = heads.map((head, h) => {
    const loss = head.type === 'classification' ? classificationLoss : regressionLoss
    const target = batch.targets[h] as Tensor1D | Tensor2D
    const value = loss(tf, outputs[h] as Tensor2D, target, batch.weights[h]!)
    return head.weight === 1 ? value : tf.mul(value, head.weight)
  })
  return { outputs, loss: losses.reduce((sum, loss) => tf.add(sum, loss)) as Scalar }
}

interface Update {
  readonly name: string
  readonly weight: Variable
  readonly gradient: Tensor
  readonly slots: ReadonlyMap<string, Variable>
  readonly scalars: StepScalars
  readonly factor: number
}

function update(tf: Tf, rule: UpdateRule, { name, weight, gradient, slots, scalars, factor }: Update): void {
  const held = rule.slots.map((slot) => slots.get(`${name}#${slot}`)!)
  const learningRate = factor === 1 ? scalars.learningRate : (tf.mul(scalars.learningRate, factor) as Scalar)
  const next = rule.update(tf, { weight, gradient, slots: held, learningRate, scalars: scalars.optimizer })
  weight.assign(next.weight)
  next.slots.forEach((value, i) => held[i]!.assign(value))
}

function factorOf(phase: Phase, weight: string): number {
  return phase.rateFactor.get(layerOf(weight)) ?? 1
}

function layerOf(weight: string): string {
  return weight.slice(0, weight.lastIndexOf('/'))
}

function zeroVariable(tf: Tf, shape: number[]): Variable {
  return tf.tidy(() => tf.variable(tf.zeros(shape), false))
}
