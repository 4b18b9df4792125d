import type { Learner } from '../../engine/run/learner.ts'
import type { FitOptions, Workshop } from '../../engine/run/staged-run.ts'
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
export async function adaptWithReversal(workshop: Workshop, values: DannValues): Promise<Learner> {
  const { spec, main } = workshop
  const layer = adaptedLayer(main.model.network, main.states, values.features)
  const stages = 1 + Number(values.compareSourceOnly) + Number(values.targetSupervised)
  workshop.expect(stages * spec.epochs)
  const domains = await openDomains(workshop, {
    target: values.target ?? missingTarget(),
    layer,
    isReported: values.reportTarget,
  })
  const sourceOnly = values.compareSourceOnly ? await trainSourceOnly(workshop, domains, values) : null
  const beforeAt = { learner: sourceOnly ?? main, layer, stage: 'before' }
  const before = await measureDistance(workshop, domains, beforeAt)
  if (sourceOnly !== null) await sourceWarnings(workshop, domains, sourceOnly, before)
  const adversary = await trainAdapted(workshop, domains, values, layer)
  const oracle = values.targetSupervised
    ? await trainOracle(workshop, domains, basePhase(workshop, values, ORACLE))
    : null
  const after = await measureDistance(workshop, domains, { learner: main, layer, stage: 'after' })
  await showBoundaries(workshop, domains, { before: sourceOnly, after: main })
  const named = (learner: Learner | null, name: string) => learner && adaptedNetwork(workshop, domains, learner, name)
  showAdaptation(workshop, domains, {
    method: 'DANN',
    layer,
    beforeName: sourceOnly === null ? 'starting weights' : 'source-only',
    distances: { before, after },
    adversary,
    sourceOnly: await named(sourceOnly, 'source-only'),
    adapted: await adaptedNetwork(workshop, domains, main, 'DANN'),
    oracle: await named(oracle, 'target-supervised (oracle)'),
  })
  return main
}

/** Half of each batch is of the source: the other networks get no more of it than DANN does. */
function halfBatch(workshop: Workshop): number {
  return Math.max(1, Math.floor(workshop.spec.batchSize / 2))
}

/** Everything that the plan lets learn, at its rate. */
function basePhase({ context, spec }: Workshop, values: DannValues, name: string): Phase {
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

async function trainSourceOnly(workshop: Workshop, domains: Domains, values: DannValues): Promise<Learner> {
  const { network } = workshop.context
  const { start, states } = workshop.main
  const learner = workshop.learner({ name: 'source-only', network, states, weights: start })
  workshop.keep(learner)
  const phase = {
    ...basePhase(workshop, values, 'source-only'),
    batchSize: halfBatch(workshop),
    afterEpoch: targetSeries(workshop, domains, { learner, epochs: workshop.spec.epochs, name: learner.name }),
  }
  await workshop.fit('source-only', learner, [phase])
  return learner
}

/** Trains the planned network on both domains; answers the discriminator. */
async function trainAdapted(workshop: Workshop, domains: Domains, values: DannValues, layer: string) {
  const { main, lab, spec } = workshop
  const { network } = main.model
  const base = basePhase(workshop, values, 'dann')
  const { target: data } = domains
  const rows = data.rows.train
  const samples = await samplesAt(workshop, main, { data, rows, cut: base.cachedUpTo, stage: 'target-features' })
  const perStep = halfBatch(workshop)
  const parts = {
    adversary: createAdversary(workshop, layer, values),
    target: batchFeed(lab.tf, samples, rows, { perStep, seed: spec.seed }),
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
    afterEpoch: targetSeries(workshop, domains, { learner: main, epochs: spec.epochs }),
  }
  workshop.keep(main)
  await workshop.fit('dann', main, [phase], selectionOf(values))
  return parts.adversary
}

/** Which epoch's weights are kept. */
function selectionOf({ selection }: DannValues): FitOptions {
  if (selection === 'last') return {}
  const metric = selection === 'source' ? 'validation.accuracy' : 'target.informationMaximisation'
  return { select: { metric, better: 'higher' } }
}
