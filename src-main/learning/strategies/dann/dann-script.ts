import type { Learner } from '../../engine/run/learner.ts'
import type { FitOptions, StagedRun } from '../../engine/run/staged-run.ts'
import { layersIn, withoutBatchNorm } from '../common/reuse/layer-sets.ts'
import type { DannValues } from './dann-params.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { adaptedLayer } from './adapted-layer.ts'
import { createAdversary } from '../common/domain-adaptation/adversary.ts'
import { dannObjective } from './dann-objective.ts'
import { type Domains, measureDistance, openDomains, targetSeries } from '../../domain-gap/measure-gap.ts'
import { missingTarget } from '../common/domain-adaptation/missing-target.ts'
import { ORACLE, trainOracle } from '../common/domain-adaptation/oracle.ts'
import { samplesAt } from './samples-at.ts'
import { adaptedNetwork, showAdaptation, showBoundaries } from '../common/domain-adaptation/show-adaptation.ts'
import { sourceWarnings } from '../common/domain-adaptation/source-warnings.ts'
import { batchFeed } from '../common/domain-adaptation/target-feed.ts'

/** Domain-adversarial training of the planned network, between a source-only network of the same start and budget and, where it is
 *  asked for, one trained on the target's labels. */
export async function adaptWithReversal(run: StagedRun, values: DannValues): Promise<Learner> {
  const { spec, main } = run
  const layer = adaptedLayer(main.model.network, main.states, values.features)
  const stages = 1 + Number(values.compareSourceOnly) + Number(values.targetSupervised)
  run.expect(stages * spec.epochs)
  const domains = await openDomains(run, {
    target: values.target ?? missingTarget(),
    layer,
    isReported: values.reportTarget,
  })
  const sourceOnly = values.compareSourceOnly ? await trainSourceOnly(run, domains, values) : null
  const beforeAt = { learner: sourceOnly ?? main, layer, stage: 'before' }
  const before = await measureDistance(run, domains, beforeAt)
  if (sourceOnly !== null) await sourceWarnings(run, domains, sourceOnly, before)
  const adversary = await trainAdapted(run, domains, values, layer)
  const oracle = values.targetSupervised ? await trainOracle(run, domains, basePhase(run, values, ORACLE)) : null
  const after = await measureDistance(run, domains, { learner: main, layer, stage: 'after' })
  await showBoundaries(run, domains, { before: sourceOnly, after: main })
  const named = (learner: Learner | null, name: string) => learner && adaptedNetwork(run, domains, learner, name)
  showAdaptation(run, domains, {
    method: 'DANN',
    layer,
    beforeName: sourceOnly === null ? 'starting weights' : 'source-only',
    distances: { before, after },
    adversary,
    sourceOnly: await named(sourceOnly, 'source-only'),
    adapted: await adaptedNetwork(run, domains, main, 'DANN'),
    oracle: await named(oracle, 'target-supervised (oracle)'),
  })
  return main
}

/** Half of each batch is of the source: the other networks get no more of it than DANN does. */
function halfBatch(run: StagedRun): number {
  return Math.max(1, Math.floor(run.spec.batchSize / 2))
}

/** Everything that the plan lets learn, at its rate. */
function basePhase({ context, spec }: StagedRun, values: DannValues, name: string): Phase {
  const fresh = layersIn(context, 'fresh')
  const reused = layersIn(context, 'trained')
  return {
    name,
    epochs: spec.epochs,
    learningRate: context.learningRate,
    trained: new Set([...fresh, ...reused]),
    trainingMode: new Set([...fresh, ...withoutBatchNorm(context, reused)]),
    rateFactor: new Map([...reused].map((layer) => [layer, values.reusedLearningRateFactor])),
    cachedUpTo: context.cachedUpTo,
  }
}

async function trainSourceOnly(run: StagedRun, domains: Domains, values: DannValues): Promise<Learner> {
  const { network } = run.context
  const { start, states } = run.main
  const learner = run.learner({ name: 'source-only', network, states, weights: start })
  run.keep(learner)
  const phase = {
    ...basePhase(run, values, 'source-only'),
    batchSize: halfBatch(run),
    afterEpoch: targetSeries(run, domains, { learner, epochs: run.spec.epochs, name: learner.name }),
  }
  await run.fit('source-only', learner, [phase])
  return learner
}

/** Trains the planned network on both domains; answers the discriminator. */
async function trainAdapted(run: StagedRun, domains: Domains, values: DannValues, layer: string) {
  const { main, runtime, spec } = run
  const { network } = main.model
  const base = basePhase(run, values, 'dann')
  const { target: data } = domains
  const rows = data.rows.train
  const samples = await samplesAt(run, main, { data, rows, cut: base.cachedUpTo, stage: 'target-features' })
  const perStep = halfBatch(run)
  const parts = {
    adversary: createAdversary(run, layer, values),
    target: batchFeed(runtime.tf, samples, rows, { perStep, seed: spec.seed }),
    layer,
    outputs: network.outputs,
    lambda: values.lambda,
    isRising: values.lambdaSchedule === 'rising',
  }
  const phase: Phase = {
    ...base,
    cachedUpTo: samples.layer,
    batchSize: perStep,
    objective: dannObjective(parts),
    afterEpoch: targetSeries(run, domains, { learner: main, epochs: spec.epochs }),
  }
  run.keep(main)
  await run.fit('dann', main, [phase], selectionOf(values))
  return parts.adversary
}

/** Which epoch's weights are kept. */
function selectionOf({ selection }: DannValues): FitOptions {
  if (selection === 'last') return {}
  const metric = selection === 'source' ? 'validation.accuracy' : 'target.informationMaximisation'
  return { select: { metric, better: 'higher' } }
}
