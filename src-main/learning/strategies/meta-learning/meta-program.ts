import { createUpdater } from '../../engine/step/apply-gradients.ts'
import { type CompiledStep, createProgram } from '../../engine/compile/program.ts'
import type { Model } from '../../engine/model/model.ts'
import type { Runtime, Scalar, Tensor, Variable } from '../../runtime.ts'
import type { UpdateRule } from '../../optimizers/optimizer.ts'
import { adapt, metaGradient, type Path } from './adapt.ts'
import { taskLoss } from './fast-weights.ts'

export type MetaAlgorithm = 'maml' | 'fomaml' | 'reptile' | 'meta-sgd'

export interface MetaProgramParts {
  readonly runtime: Runtime
  readonly model: Model
  /** Full names of the weights that learn and adapt. */
  readonly names: readonly string[]
  readonly from: string | null
  readonly type: 'classification' | 'regression'
  /** Stored values of a batch -> what the network takes. Tensor code. */
  readonly normalise: (x: Tensor) => Tensor
  readonly algorithm: MetaAlgorithm
  readonly innerRate: number
  /** 0: no adaptation, which is training on all tasks at once. */
  readonly innerSteps: number
  readonly rule: UpdateRule
}

/** All of one update's tasks, each (B, ...); supports of Reptile hold the batches of its inner steps one after the other. */
export interface MetaBatch {
  readonly tasks: readonly {
    readonly supportX: Tensor
    readonly supportY: Tensor
    readonly queryX: Tensor
    readonly queryY: Tensor
  }[]
}

/** Learning to learn, as TensorFlow graphs. */
export interface MetaProgram {
  /** Whether second derivatives are exact; otherwise they are differences of gradients. */
  readonly isExact: boolean
  /** Everything that changes, by name: weights, learnt inner rates, the optimizer's memory. */
  readonly variables: ReadonlyMap<string, Variable>
  /** One update on some tasks; answers the mean query loss. `rate`: of the outer loop (Reptile: its step towards the adapted weights). */
  update(batch: MetaBatch, update: { number: number; rate: number }): number
  /** Outputs on query samples before adapting and after each of some inner steps, [step](Q * width). */
  adaptation(task: { supportX: Tensor; supportY: Tensor; queryX: Tensor }, steps: number): Float32Array[]
  readonly isCompiled: boolean
  pull(): void
  push(): void
  dispose(): void
}

export function createMetaProgram(parts: MetaProgramParts): MetaProgram {
  const { runtime, model, names, algorithm, innerRate } = parts
  const { tf } = runtime
  const weights = names.map((name) => model.weights.get(name)!)
  const learnsRates = algorithm === 'meta-sgd'
  const rates = learnsRates ? weights.map((weight) => rateVariable(runtime, weight, innerRate)) : []
  const trained = new Set(names.map((name) => name.slice(0, name.lastIndexOf('/'))))
  const objective = { variables: new Map(rates.map((rate, i) => [`rate:${names[i]!}`, rate])), loss: unused }
  const updater = createUpdater(tf, {
    model,
    phase: {
      name: 'meta',
      epochs: 1,
      learningRate: 1,
      trained,
      trainingMode: trained,
      rateFactor: new Map(),
      cachedUpTo: null,
      objective,
    },
    rule: parts.rule,
    options: { gradientClip: null, accumulate: 1, weightAverage: null },
  })
  const program = createProgram(runtime)
  const task = taskLoss({ tf, model, names, from: parts.from, type: parts.type })
  const innerRates = (): Tensor[] => (learnsRates ? rates : weights.map(() => tf.scalar(innerRate)))
  const pathOf = (supportX: Tensor, supportY: Tensor, steps: number): Path =>
    adapt(tf, task, weights, {
      batches: innerBatches(tf, algorithm, { x: supportX, y: supportY }, steps),
      rates: innerRates(),
    })

  const step = program.compile('meta-train', (rate, numbers, ...tensors) => {
    const tasks = inFours(tensors)
    const results = tasks.map(([sx, sy, qx, qy]) => {
      const [supportX, queryX] = [parts.normalise(sx), parts.normalise(qx)]
      const path = pathOf(supportX, sy, parts.innerSteps)
      const batch = { supportX, supportY: sy, queryX, queryY: qy }
      if (algorithm === 'reptile' && parts.innerSteps > 0) return reptileResult(batch, path)
      const order = algorithm === 'fomaml' ? 1 : 2
      return metaGradient(tf, task, batch, path, { rates: innerRates(), order })
    })
    const mean = (of: (result: (typeof results)[number]) => Tensor) =>
      tf.div(
        results.map(of).reduce((sum, each) => tf.add(sum, each)),
        results.length,
      )
    const starts = weights.map((_, i) => mean(({ start }) => start[i]!))
    if (algorithm === 'reptile' && parts.innerSteps > 0) {
      weights.forEach((weight, i) => weight.assign(tf.sub(weight, tf.mul(rate!, starts[i]!))))
    } else {
      const gradients = [...starts, ...rates.map((_, i) => mean((result) => result.rates[i]!))]
      updater.apply(gradients, { learningRate: rate as Scalar, rest: tf.unstack(numbers!) as Scalar[] })
    }
    return [mean(({ queryLoss }) => queryLoss)]
  })

  /** Reptile (Nichol, Achiam, Schulman 2018, arXiv 1803.02999, algorithm 1): theta moves towards the adapted weights. */
  function reptileResult(batch: { queryX: Tensor; queryY: Tensor }, path: Path) {
    const last = path.weights.at(-1)!
    const outputs = task.outputs(last, batch.queryX)
    return {
      start: weights.map((weight, i) => tf.sub(weight, last[i]!)),
      rates: [] as Tensor[],
      queryLoss: task.loss(outputs, batch.queryY),
    }
  }

  const evaluations = new Map<number, CompiledStep>()
  const evaluationOf = (steps: number): CompiledStep => {
    const known = evaluations.get(steps)
    if (known !== undefined) return known
    const compiled = program.compile('meta-evaluate', (sx, sy, qx) => {
      const [supportX, queryX] = [parts.normalise(sx!), parts.normalise(qx!)]
      // Evaluation adapts to the whole support set, whatever batches training took.
      const batches = Array.from({ length: steps }, () => ({ x: supportX, y: sy! }))
      const { weights: path } = adapt(tf, task, weights, { batches, rates: innerRates() })
      return path.map((each) => task.outputs(each, queryX))
    })
    evaluations.set(steps, compiled)
    return compiled
  }

  const trainedWeights = updater.trained.map(({ name, variable }) => [name, variable] as const)
  return {
    isExact: task.isTwiceDifferentiable,
    variables: new Map([...trainedWeights, ...updater.slots]),
    update({ tasks }, { number, rate }) {
      const inputs = [
        tf.scalar(rate),
        tf.tensor1d(withOne(updater.numbers(number, 1))),
        ...tasks.flatMap(({ supportX, supportY, queryX, queryY }) => [supportX, supportY, queryX, queryY]),
      ]
      const [loss] = step(...inputs)
      const value = loss!.dataSync()[0]!
      for (const tensor of [loss!, inputs[0]!, inputs[1]!]) tensor.dispose()
      return value
    },
    adaptation({ supportX, supportY, queryX }, steps) {
      const outputs = evaluationOf(steps)(supportX, supportY, queryX)
      const values = outputs.map((output) => output.dataSync<'float32'>().slice())
      outputs.forEach((output) => output.dispose())
      return values
    },
    get isCompiled() {
      return program.isCompiled
    },
    pull: () => program.pull(),
    push: () => program.push(),
    dispose() {
      program.dispose()
      updater.dispose()
      rates.forEach((rate) => rate.dispose())
    },
  }
}

function rateVariable({ tf }: Runtime, weight: Variable, rate: number): Variable {
  const start = tf.fill(weight.shape, rate)
  const variable = tf.variable(start, true)
  start.dispose()
  return variable
}

/** The meta-gradient is made here, not by an objective's loss. */
function unused(): never {
  throw new Error('the meta-learner makes its own gradients')
}

/** MAML adapts to the whole support set in every step, Reptile to one part of it after the other. */
function innerBatches(
  tf: Runtime['tf'],
  algorithm: MetaAlgorithm,
  { x, y }: { x: Tensor; y: Tensor },
  steps: number,
): { x: Tensor; y: Tensor }[] {
  if (algorithm !== 'reptile' || steps === 0) return Array.from({ length: steps }, () => ({ x, y }))
  const [xs, ys] = [tf.split(x, steps), tf.split(y, steps)]
  return xs.map((part, k) => ({ x: part, y: ys[k]! }))
}

function inFours(tensors: readonly Tensor[]): [Tensor, Tensor, Tensor, Tensor][] {
  return Array.from({ length: tensors.length / 4 }, (_, t) => {
    return tensors.slice(4 * t, 4 * t + 4) as [Tensor, Tensor, Tensor, Tensor]
  })
}

/** A tensor of no numbers cannot be fed. */
function withOne(numbers: readonly number[]): number[] {
  return numbers.length === 0 ? [0] : [...numbers]
}
