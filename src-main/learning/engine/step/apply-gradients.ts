import type { Scalar, Tensor, Tf, Variable } from '../../runtime.ts'
import type { UpdateRule } from '../../optimizers/optimizer.ts'
import type { Phase } from './phase.ts'
import type { Model } from '../model/model.ts'
import type { Objective } from './objective.ts'
import { updateInPlace } from '../../ops/native.ts'
import { averageDecay, moveAverage } from './updates/average.ts'
import { clipByGlobalNorm } from './updates/clip.ts'

/** What a run asks for on the way from gradients to weights. */
export interface UpdateOptions {
  /** Largest norm of all gradients together; null: off. */
  readonly gradientClip: number | null
  /** Batches per update. */
  readonly accumulate: number
  /** Decay of the running average of the weights; null: off. */
  readonly weightAverage: number | null
}

/** Fed with every batch. */
export interface UpdateNumbers {
  readonly learningRate: Scalar
  readonly rest: readonly Scalar[]
}

/** A tensor that learns. */
export interface TrainedWeight {
  /** In checkpoints: `<layer>/<weight>`, of a partner `<partner>:<layer>/<weight>`, of an objective's own `objective:<name>`. */
  readonly name: string
  readonly variable: Variable
  /** Multiplies the learning rate. */
  readonly rateFactor: number
}

/** Everything that learns in a phase: the network's trained layers, then its objective's partners and variables. */
export function trainedWeights(
  model: Model,
  phase: Pick<Phase, 'trained' | 'rateFactor' | 'objective'>,
): TrainedWeight[] {
  const ofLayers = (weights: Model['weights'], layers: ReadonlySet<string>) =>
    [...weights].filter(([name, v]) => v.trainable && layers.has(layerOf(name)))
  const own = ofLayers(model.weights, phase.trained).map(([name, variable]) => {
    return { name, variable, rateFactor: phase.rateFactor.get(layerOf(name)) ?? 1 }
  })
  return [...own, ...objectiveWeights(phase.objective)]
}

function objectiveWeights(objective: Objective | undefined): TrainedWeight[] {
  const partners = (objective?.partners ?? []).flatMap(({ name: prefix, model, trained, rateFactor = 1 }) =>
    [...model.weights]
      .filter(([name, v]) => v.trainable && trained.has(layerOf(name)))
      .map(([name, variable]) => ({ name: `${prefix}:${name}`, variable, rateFactor })),
  )
  const learnt = [...(objective?.variables ?? [])].filter(([, variable]) => variable.trainable)
  const variables = learnt.map(([name, variable]) => ({ name: `objective:${name}`, variable, rateFactor: 1 }))
  return [...partners, ...variables]
}

/** What an objective brings that a checkpoint has to hold: learning or not (BatchNorm's averages of a partner move, too). */
export function objectiveVariables(objective: Objective | undefined): Map<string, Variable> {
  const partners = (objective?.partners ?? []).filter(({ trained }) => trained.size > 0)
  const weights = partners.flatMap(({ name: prefix, model, trained }) =>
    [...model.weights]
      .filter(([name]) => trained.has(layerOf(name)))
      .map(([name, variable]) => [`${prefix}:${name}`, variable] as const),
  )
  const own = [...(objective?.variables ?? [])].map(([name, variable]) => [`objective:${name}`, variable] as const)
  return new Map([...weights, ...own])
}

/** The way from gradients to weights, with the variables that it remembers in. */
export interface WeightUpdater {
  readonly trained: readonly TrainedWeight[]
  /** Everything that a checkpoint has to hold beside the weights, by `<weight>#<slot>`. */
  readonly slots: ReadonlyMap<string, Variable>
  /** Averages by the name of their weight; empty without weightAverage. */
  readonly averages: ReadonlyMap<string, Variable>
  /** Numbers to feed as `rest`: of update number `updates` (counted from 0) and a batch with this share of its group's samples. */
  numbers(updates: number, share: number): number[]
  /** Adds a batch's gradients (in the order of `trained`) to what is collected. Tensor code. */
  collect(gradients: readonly Tensor[], numbers: UpdateNumbers): void
  /** The same, and updates the weights. Tensor code. */
  apply(gradients: readonly Tensor[], numbers: UpdateNumbers): void
  dispose(): void
}

export function createUpdater(
  tf: Tf,
  parts: { model: Model; phase: Phase; rule: UpdateRule; options: UpdateOptions },
): WeightUpdater {
  const { model, phase, rule, options } = parts
  const trained = trainedWeights(model, phase)
  const slots = new Map<string, Variable>()
  const averages = new Map<string, Variable>()
  const add = (name: string, slot: string, start: Tensor) => {
    const variable = tf.variable(start, false)
    start.dispose()
    slots.set(`${name}#${slot}`, variable)
    return variable
  }
  for (const { name, variable: weight } of trained) {
    for (const slot of rule.slots) add(name, slot, tf.zeros(weight.shape))
    if (options.accumulate > 1) add(name, 'collected', tf.zeros(weight.shape))
    if (options.weightAverage !== null) averages.set(name, add(name, 'average', tf.add(weight, 0)))
  }
  const ruleNumbers = rule.scalars(1).length
  const collected = (name: string) => slots.get(`${name}#collected`)!
  /** With what was collected before; one batch alone is its own group. */
  const summed = (gradients: readonly Tensor[], { rest }: UpdateNumbers): Tensor[] => {
    if (options.accumulate === 1) return [...gradients]
    return trained.map(({ name }, i) => tf.add(collected(name), tf.mul(gradients[i]!, rest[ruleNumbers]!)))
  }
  return {
    trained,
    slots,
    averages,
    numbers: (updates, share) => [
      ...rule.scalars(updates + 1),
      ...(options.accumulate > 1 ? [share] : []),
      ...(options.weightAverage === null ? [] : [averageDecay(options.weightAverage, updates)]),
    ],
    collect(gradients, numbers) {
      const sums = summed(gradients, numbers)
      trained.forEach(({ name }, i) => collected(name).assign(sums[i]!))
    },
    apply(gradients, numbers) {
      const sums = summed(gradients, numbers)
      const clipped = options.gradientClip === null ? sums : clipByGlobalNorm(tf, sums, options.gradientClip)
      const scalars = numbers.rest.slice(0, ruleNumbers)
      trained.forEach(({ name, variable: weight, rateFactor: factor }, i) => {
        const learningRate = factor === 1 ? numbers.learningRate : (tf.mul(numbers.learningRate, factor) as Scalar)
        const own = rule.slots.map((slot) => slots.get(`${name}#${slot}`)!)
        updateWeight(tf, rule, { weight, gradient: clipped[i]!, slots: own, learningRate, scalars })
        if (options.accumulate > 1) collected(name).assign(tf.zeros(weight.shape))
        const average = averages.get(name)
        if (average !== undefined) moveAverage(tf, average, weight, numbers.rest.at(-1)!)
      })
    },
    dispose: () => slots.forEach((slot) => slot.dispose()),
  }
}

interface WeightUpdate {
  readonly weight: Variable
  readonly gradient: Tensor
  readonly slots: readonly Variable[]
  readonly learningRate: Scalar
  readonly scalars: readonly Scalar[]
}

function updateWeight(tf: Tf, rule: UpdateRule, input: WeightUpdate): void {
  const assign = () => {
    const next = rule.update(tf, input)
    input.weight.assign(next.weight)
    next.slots.forEach((value, i) => input.slots[i]!.assign(value))
  }
  if (rule.inPlace === undefined) assign()
  else updateInPlace(tf, () => rule.inPlace!(tf, input), assign)
}

export function layerOf(weight: string): string {
  return weight.slice(0, weight.lastIndexOf('/'))
}
