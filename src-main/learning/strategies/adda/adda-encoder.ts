import type { Learner } from '../../engine/run/learner.ts'
import type { Samples } from '../../engine/data/training-data.ts'
import { type FitOptions, Interrupted, type StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { adamRule } from '../../optimizers/adam-rule.ts'
import type { AddaValues } from './adda-params.ts'
import { layersIn } from '../common/reuse/layer-sets.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { addaObjective } from './adda-objective.ts'
import { type Adversary, createAdversary } from '../common/domain-adaptation/adversary.ts'
import { type Domains, targetSeries } from '../../domain-gap/measure-gap.ts'
import { isCollapsed } from '../../domain-gap/domain-predictions.ts'
import { someRows } from '../../domain-gap/target-data.ts'
import { batchFeed } from '../common/domain-adaptation/target-feed.ts'

/** Of Adam in the authors' adversarial stage. */
const BETA1 = 0.5
/** Features of the source that are held in memory. */
const MOST_BYTES = 2 ** 29

interface EncoderOptions {
  readonly layer: string
  readonly adversarialEpochs: number
  /** Effective classes that its predictions should have. */
  readonly expected: number
}

/** Stage 2: a copy of the planned network, as it now is, learns on the target. Ends early when its predictions collapse. */
export async function trainEncoder(
  run: StagedRun,
  domains: Domains,
  values: AddaValues,
  { layer, adversarialEpochs, expected }: EncoderOptions,
): Promise<{ learner: Learner; adversary: Adversary }> {
  const { main, runtime, spec, context } = run
  const { network } = main.model
  const weights = run.weights(main)
  // Augmented on one side only, the domains would be told apart by it: the adversarial stage sees plain samples.
  const data = { ...domains.target, copies: null, samples: { ...domains.target.samples, changes: null } }
  const learner = run.learner({ name: 'target', network, states: main.states, weights, data })
  const adversary = createAdversary(run, layer, values)
  const source = await sourceFeatures(run, domains, layer)
  const rows = [...Array(source.count).keys()]
  const feed = batchFeed(runtime.tf, source.samples, rows, { perStep: spec.batchSize, seed: spec.seed })
  const upTo = new Set(networkUpTo(network, layer).layers.map(({ name }) => name))
  const learns = (state: string) => [...layersIn(context, state)].filter((name) => upTo.has(name))
  const trained = new Set([...learns('fresh'), ...learns('trained')])
  const parts = { adversary, source: feed, layer, outputs: network.outputs, decay: values.discriminatorDecay } // prettier-ignore
  const phase: Phase = {
    name: 'adversarial',
    epochs: adversarialEpochs,
    learningRate: values.adversarialLearningRate,
    trained,
    trainingMode: normalising(run, learns('fresh')),
    rateFactor: new Map(),
    cachedUpTo: context.cutBefore(trained),
    objective: addaObjective(parts),
    afterEpoch: targetSeries(run, domains, { learner, epochs: adversarialEpochs }),
  }
  try {
    await run.fit('adversarial', learner, [phase], fitOptions(values, expected))
  } catch (error) {
    // A stop keeps the planned network, with what the encoder has learned so far.
    if (error instanceof Interrupted && error.action === 'stop') run.setWeights(main, run.weights(learner))
    throw error
  }
  return { learner, adversary }
}

function fitOptions({ selection }: AddaValues, expected: number): FitOptions {
  return {
    rule: adamRule({ beta1: BETA1, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false }),
    earlyStopping: null,
    ...(selection === 'unlabelled' && { select: { metric: 'target.informationMaximisation', better: 'higher' } }),
    stopWhen: (metrics) => collapseReason(metrics['target.effectiveClasses'], expected),
  }
}

/** BatchNorm layers of the encoder that were fresh: they take over the target's statistics. Dropout is off on both sides: the source's
 *  features are without it. */
function normalising({ context }: StagedRun, fresh: readonly string[]): Set<string> {
  const types = new Map(context.network.layers.map(({ name, type }) => [name, type]))
  return new Set(fresh.filter((name) => types.get(name) === 'BatchNormalization'))
}

/** Features of the source's training items by its own encoder, once and for all. */
async function sourceFeatures(run: StagedRun, { source, seed }: Domains, layer: string) {
  const shape = inferNetwork(run.main.model.network).shapes.get(layer)!
  const length = shape.reduce((total, value) => total * value, 1)
  const rows = someRows(source.rows.train, Math.max(1, Math.floor(MOST_BYTES / (4 * length))), seed)
  const [values] = await run.outputs(run.main, rows, {
    data: source,
    layers: [layer],
    stage: 'source-features',
  })
  const load = (wanted: readonly number[]) => {
    const loaded = new Float32Array(wanted.length * length)
    wanted.forEach((row, i) => loaded.set(values!.subarray(row * length, (row + 1) * length), i * length))
    return loaded
  }
  const samples: Samples = { shape, layer, storage: 'float32', normalisation: null, changes: null, held: null, load }
  return { samples, count: rows.length }
}

function collapseReason(effective: number | undefined, expected: number): string | null {
  if (effective === undefined || !isCollapsed(effective, expected)) return null
  return `the predictions on the target collapsed to ${effective.toFixed(1)} classes where ${expected.toFixed(1)} are due.`
}
