import { seededRandom } from '../../../base/seeded-random.ts'
import { GraftError } from '../../../contract/errors.ts'
import { createProgram } from '../../engine/compile/program.ts'
import { samplesTensor } from '../../engine/data/feed.ts'
import { statelessUniform } from '../../ops/stateless-uniform.ts'
import type { Values } from '../../engine/data/training-data.ts'
import type { Runtime, Scalar, Tensor, Tensor2D, Variable } from '../../runtime.ts'
import { normalNumbers } from '../common/pre-training/normal-numbers.ts'
import {
  contrastiveDivergence,
  freeEnergy,
  hiddenProbabilities,
  meanSquaredError,
  nextVelocities,
  type RbmWeights,
  type VisibleUnits,
  visibleMeans,
} from './rbm.ts'

/** Of W's random start, as in rbm.m; biases start at zero. */
const START_STD = 0.1
/** Momentum of the first epochs, while weights still move far, and afterwards (rbm.m; Hinton, UTML TR 2010-003, section 9). */
const INITIAL_MOMENTUM = 0.5
const FINAL_MOMENTUM = 0.9
const INITIAL_MOMENTUM_EPOCHS = 5

export interface RbmOptions {
  readonly visible: number
  readonly hidden: number
  readonly units: VisibleUnits
  readonly rate: number
  readonly weightCost: number
  /** Steps of Gibbs sampling per update. */
  readonly k: number
  readonly seed: number
  /** Of one stored sample, without the batch axis. */
  readonly sampleShape: readonly number[]
  /** Stored samples (N, ...sampleShape) to visible units (N, V), through the layers below. Tensor code. */
  readonly toVisible: (x: Tensor) => Tensor
}

/** What an RBM makes of some samples. */
export interface RbmView {
  /** Per sample. */
  readonly freeEnergy: Float32Array
  /** Hidden probabilities, (N, H). */
  readonly hidden: Float32Array
  /** Mean squared difference of the samples to what their hidden probabilities give back. */
  readonly reconstructionError: number
}

export interface RbmTrainer {
  readonly weights: RbmWeights<Variable>
  /** Weights and velocities: all that a checkpoint needs. */
  readonly variables: ReadonlyMap<string, Variable>
  /** One update; answers the reconstruction error. `step` counts through all epochs and seeds the sampling. Throws E_RUN_DIVERGED. */
  step(values: Values, at: { epoch: number; step: number }): number
  inspect(values: Values): RbmView
  pull(): void
  push(): void
  /** Whether every call so far ran as one graph. */
  readonly isCompiled: boolean
  /** Releases the program and the velocities; the weights stay until `disposeWeights`. */
  dispose(): void
  disposeWeights(): void
}

/** Momentum in an epoch counted from 0. */
export function momentumOf(epoch: number): number {
  return epoch < INITIAL_MOMENTUM_EPOCHS ? INITIAL_MOMENTUM : FINAL_MOMENTUM
}

/** One RBM with its update as one native call. Everything that is drawn follows from the seed and the step. */
export function createRbmTrainer(runtime: Runtime, options: RbmOptions): RbmTrainer {
  const { tf } = runtime
  const { units, weightCost, k, seed, sampleShape } = options
  const weights = startWeights(runtime, options)
  const velocities = { W: zeros(runtime, weights.W), b: zeros(runtime, weights.b), c: zeros(runtime, weights.c) }
  const program = createProgram(runtime)
  const update = program.compile('rbm', (x, step, rate, momentum) => {
    const v0 = options.toVisible(x!)
    const shape = [v0.shape[0]!, options.hidden]
    const uniforms = (t: number) => statelessUniform(tf, shape, seed + t, step as Scalar)
    const { gradient, reconstructionError } = contrastiveDivergence(tf, units, weights, v0, { k, uniforms })
    const settings = { rate: rate as Scalar, momentum: momentum as Scalar, weightCost }
    const next = nextVelocities(tf, weights, velocities, gradient, settings)
    for (const name of ['W', 'b', 'c'] as const) {
      velocities[name].assign(next[name])
      weights[name].assign(tf.add(weights[name], next[name]))
    }
    return [reconstructionError]
  })
  const look = program.compile('inspect', (x) => {
    const v = options.toVisible(x!)
    const hidden = hiddenProbabilities(tf, weights, v)
    const error = meanSquaredError(tf, v, visibleMeans(tf, units, weights, hidden))
    return [freeEnergy(tf, units, weights, v), hidden, error]
  })
  return {
    weights,
    variables: new Map([...named('', weights), ...named('velocity.', velocities)]),
    step(values, { epoch, step }) {
      const numbers = [tf.scalar(step, 'int32'), tf.scalar(options.rate), tf.scalar(momentumOf(epoch))]
      const error = run(update, [samplesTensor(tf, sampleShape, values), ...numbers])[0]![0]!
      if (!Number.isFinite(error)) throw diverged(error, step, options.rate)
      return error
    },
    inspect(values) {
      const [energy, hidden, error] = run(look, [samplesTensor(tf, sampleShape, values)])
      return { freeEnergy: energy!, hidden: hidden!, reconstructionError: error![0]! }
    },
    pull: () => program.pull(),
    push: () => program.push(),
    get isCompiled() {
      return program.isCompiled
    },
    dispose() {
      program.pull()
      program.dispose()
      named('', velocities).forEach(([, velocity]) => velocity.dispose())
    },
    disposeWeights: () => named('', weights).forEach(([, weight]) => weight.dispose()),
  }
}

/** Gaussian units have no bound: too high a rate lets their reconstructions grow from step to step. */
function diverged(error: number, step: number, rate: number): GraftError {
  const advice = Number((rate / 10).toPrecision(2))
  const message = `Expected a finite reconstruction error. Received: ${error} in step ${step + 1} of the RBM, at a learning rate of ${rate}.`
  return new GraftError('E_RUN_DIVERGED', message, {
    fix: 'Lower the learning rate of RBMs to a tenth.',
    details: { step: step + 1, learningRate: rate, advice },
  })
}

function named(prefix: string, { W, b, c }: RbmWeights<Variable>): [string, Variable][] {
  return [[`${prefix}W`, W], [`${prefix}b`, b], [`${prefix}c`, c]] // prettier-ignore
}

function startWeights({ tf }: Runtime, { visible, hidden, seed }: RbmOptions): RbmWeights<Variable> {
  const values = normalNumbers(visible * hidden, START_STD, seededRandom(seed, 'rbm'))
  const variable = (start: Tensor): Variable => {
    const made = tf.variable(start, false)
    start.dispose()
    return made
  }
  return {
    W: variable(tf.tensor(values, [visible, hidden]) as Tensor2D),
    b: variable(tf.zeros([visible])),
    c: variable(tf.zeros([hidden])),
  }
}

function zeros({ tf }: Runtime, like: Variable): Variable {
  return tf.tidy(() => tf.variable(tf.zeros(like.shape), false))
}

/** The numbers of a call; inputs and outputs are released. */
function run(step: (...inputs: Tensor[]) => Tensor[], inputs: Tensor[]): Float32Array[] {
  const outputs = step(...inputs)
  const values = outputs.map((output) => output.dataSync<'float32'>() as Float32Array)
  for (const tensor of [...inputs, ...outputs]) tensor.dispose()
  return values
}
