import { seedOf } from '../../engine/run/create-learner.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor, Variable } from '../../runtime.ts'
import { foldAffine } from './affine.ts'
import { type HiddenHealth, hiddenHealth } from './hidden-health.ts'
import { batchesOfEpoch, type PretrainingRows } from '../common/pre-training/pretraining-rows.ts'
import { hiddenProbabilities, type RbmWeights, type VisibleUnits } from './rbm.ts'
import type { ChainLayer, RbmChain } from '../common/pre-training/rbm-chain.ts'
import { createRbmTrainer, type RbmTrainer } from './rbm-trainer.ts'
import type { VisibleSource } from './visible-source.ts'

/** A Gaussian layer learns at this share of the rate: its reconstructions have no upper bound (rbmhidlinear.m; Hinton, UTML TR 2010-003,
 *  section 13.2). */
const GAUSSIAN_RATE = 0.01

export interface StackOptions {
  readonly kind: VisibleUnits
  readonly epochs: number
  readonly batchSize: number
  readonly rate: number
  readonly weightCost: number
  readonly k: number
}

/** How an RBM stood after an epoch. Without a validation split its gap and validation error are NaN. */
export interface RbmEpoch {
  readonly trainError: number
  readonly validationError: number
  /** Mean free energy of validation samples less that of training samples: it grows when the machine learns its training samples by heart.
   *  Hinton, UTML TR 2010-003, section 6. */
  readonly freeEnergyGap: number
}

export interface TrainedRbm {
  readonly layer: ChainLayer
  readonly units: VisibleUnits
  readonly weights: RbmWeights<Variable>
  readonly history: readonly RbmEpoch[]
  readonly health: HiddenHealth
}

/** Trains one RBM for each layer of the chain, from the bottom up, each on the hidden probabilities of the one below: Hinton, Osindero, Teh,
 *  Neural Computation 18, 2006; Hinton, Salakhutdinov, Science 313, 2006. The weights of all stay in `trained` and are the caller's to
 *  dispose of, also after an interruption. */
export async function trainStack(
  run: StagedRun,
  trained: TrainedRbm[],
  parts: { chain: RbmChain; source: VisibleSource; rows: PretrainingRows; options: StackOptions },
): Promise<void> {
  const { chain, source, options } = parts
  const below: RbmWeights<Variable>[] = []
  for (const [k, layer] of chain.layers.entries()) {
    const units = k === 0 ? options.kind : 'bernoulli'
    const visible = k === 0 ? source.units : chain.layers[k - 1]!.units
    const lower = [...below]
    const trainer = createRbmTrainer(run.runtime, {
      visible,
      hidden: layer.units,
      units,
      rate: units === 'gaussian' ? options.rate * GAUSSIAN_RATE : options.rate,
      weightCost: options.weightCost,
      k: options.k,
      seed: seedOf(run.spec.seed, `rbm ${k + 1}`),
      sampleShape: source.sampleShape,
      toVisible: (x) => upward(run, source.toVisible(x), lower),
    })
    below.push(trainer.weights)
    const history = historyVariable(run, options.epochs)
    // Known before it is trained, so that whatever happens its weights are released.
    trained.push({ layer, units, weights: trainer.weights, history: [], health: { off: 0, on: 0 } })
    try {
      await trainRbm(run, { ...parts, number: k + 1, trainer, history })
      const { hidden } = await watch(parts, trainer, parts.rows.watched.train)
      const health = hiddenHealth(hidden, layer.units)
      trained[k] = { layer, units, weights: trainer.weights, history: readHistory(history), health }
    } finally {
      trainer.dispose()
      history.dispose()
    }
  }
}

/** Hidden probabilities of RBMs one above the other. */
export function upward({ runtime }: StagedRun, v: Tensor, rbms: readonly RbmWeights[]): Tensor {
  return rbms.reduce((below: Tensor, weights) => hiddenProbabilities(runtime.tf, weights, below), v)
}

interface Running {
  readonly number: number
  readonly trainer: RbmTrainer
  readonly history: Variable
  readonly source: VisibleSource
  readonly rows: PretrainingRows
  readonly options: StackOptions
}

async function trainRbm(run: StagedRun, running: Running): Promise<void> {
  const { number, trainer, history, source, rows, options } = running
  const { epochs, batchSize } = options
  const seed = seedOf(run.spec.seed, `order of rbm ${number}`)
  let order: { epoch: number; batches: number[][] } | null = null
  await run.loop(`rbm-${number}`, {
    epochs,
    stepsPerEpoch: Math.ceil(rows.rows.length / batchSize),
    samplesPerStep: batchSize,
    variables: new Map([...trainer.variables, ['history', history]]),
    isCompiled: () => trainer.isCompiled,
    pull: () => trainer.pull(),
    push: () => trainer.push(),
    async step({ epoch, stepInEpoch, step }) {
      if (order?.epoch !== epoch) order = { epoch, batches: batchesOfEpoch(rows.rows, batchSize, seed, epoch) }
      const values = await source.load(order.batches[stepInEpoch]!)
      return { [`train.rbm${number}.reconstructionError`]: trainer.step(values, { epoch, step }) }
    },
    async afterEpoch(epoch) {
      const train = await watch(running, trainer, rows.watched.train)
      const validation = await watch(running, trainer, rows.watched.validation)
      const gap = validation.freeEnergy - train.freeEnergy
      writeHistory(run, history, epoch, [train.error, validation.error, gap])
      if (Number.isNaN(gap)) return {}
      const name = `validation.rbm${number}`
      return { [`${name}.reconstructionError`]: validation.error, [`${name}.freeEnergyGap`]: gap }
    },
  })
}

/** Rows looked at in one call. */
const LOOK = 500

/** Means over some rows, and their hidden probabilities one batch after the other; NaN where there are none. */
async function watch({ source }: Pick<Running, 'source'>, trainer: RbmTrainer, rows: readonly number[]) {
  const hidden: Float32Array[] = []
  let [energy, error] = [0, 0]
  for (let at = 0; at < rows.length; at += LOOK) {
    const some = rows.slice(at, at + LOOK)
    const view = trainer.inspect(await source.load(some))
    energy += view.freeEnergy.reduce((sum, value) => sum + value, 0)
    error += view.reconstructionError * some.length
    hidden.push(view.hidden)
  }
  return { freeEnergy: energy / rows.length, error: error / rows.length, hidden }
}

/** Kept in checkpoints, so that a resumed run shows all epochs. NaN: not there yet. */
function historyVariable({ runtime: { tf } }: StagedRun, epochs: number): Variable {
  return tf.tidy(() => tf.variable(tf.fill([epochs, 3], NaN), false))
}

function writeHistory(
  { runtime: { tf } }: StagedRun,
  history: Variable,
  epoch: number,
  values: readonly number[],
): void {
  const all = Float32Array.from(history.dataSync())
  all.set(values, epoch * values.length)
  tf.tidy(() => history.assign(tf.tensor(all, history.shape)))
}

function readHistory(history: Variable): RbmEpoch[] {
  const values = history.dataSync()
  return Array.from({ length: history.shape[0]! }, (_, i) => {
    const [trainError, validationError, freeEnergyGap] = values.slice(i * 3, i * 3 + 3)
    return { trainError: trainError!, validationError: validationError!, freeEnergyGap: freeEnergyGap! }
  })
}

/** The Dense layers' weights that compute what the RBMs compute, by full name. */
export function unrolled(trained: readonly TrainedRbm[], { affine }: VisibleSource): WeightValues {
  const entries = trained.flatMap(({ layer, weights }, k) => {
    const W = Float32Array.from(weights.W.dataSync())
    const c = Float32Array.from(weights.c.dataSync())
    const { kernel, bias } = k === 0 ? foldAffine(W, c, affine) : { kernel: W, bias: c }
    return [
      [`${layer.dense}/kernel`, { shape: weights.W.shape, values: kernel }] as const,
      [`${layer.dense}/bias`, { shape: weights.c.shape, values: bias }] as const,
    ]
  })
  return new Map(entries)
}
