import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { AddaValues } from './adda-params.ts'
import { layersIn, withoutBatchNorm } from '../common/reuse/layer-sets.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { trainEncoder } from './adda-encoder.ts'
import {
  distanceOf,
  type Domains,
  measureDistance,
  measureFeatures,
  openDomains,
  sourcePriors,
  targetSeries,
  watchTarget,
} from '../../domain-gap/measure-gap.ts'
import { missingTarget } from '../common/domain-adaptation/missing-target.ts'
import { ORACLE, trainOracle } from '../common/domain-adaptation/oracle.ts'
import { effectiveClasses, isCollapsed, type PredictionSummary } from '../../domain-gap/domain-predictions.ts'
import { adaptedNetwork, showAdaptation, showBoundaries } from '../common/domain-adaptation/show-adaptation.ts'
import { sourceWarnings } from '../common/domain-adaptation/source-warnings.ts'

/** The three stages of ADDA. (1) The planned network learns on the source. (2) A copy of its encoder learns on the target to fool a
 *  discriminator, while the source's encoder and the classifier stand still. (3) The classifier on the new encoder is what is kept, in
 *  the planned network; or, where the predictions collapsed, the network of stage 1. */
export async function adaptByInvertedLabels(run: StagedRun, values: AddaValues): Promise<Learner> {
  const { spec, main } = run
  const layer = values.features === '' ? main.model.network.features : values.features
  const adversarialEpochs = values.adversarialEpochs ?? spec.epochs
  run.expect(spec.epochs * (values.targetSupervised ? 2 : 1) + adversarialEpochs)
  const domains = await openDomains(run, {
    target: values.target ?? missingTarget(),
    layer,
    isReported: values.reportTarget,
  })
  const base = sourcePhase(run)
  const watched = { learner: main, epochs: spec.epochs, name: 'source-only' }
  const afterEpoch = targetSeries(run, domains, watched)
  await run.fit('source', main, [{ ...base, afterEpoch }])
  const before = await measureDistance(run, domains, { learner: main, layer, stage: 'before' })
  await sourceWarnings(run, domains, main, before)
  const sourceOnly = await adaptedNetwork(run, domains, main, 'source-only')
  const expected = expectedClasses(run, domains, sourceOnly.predictions)
  const options = { layer, adversarialEpochs, expected }
  const { learner, adversary } = await trainEncoder(run, domains, values, options)
  const oracle = values.targetSupervised ? await trainOracle(run, domains, { ...base, name: ORACLE }) : null
  const encoded = { learner, layer, stage: 'after-target', data: domains.target }
  const after = distanceOf(before.source, (await measureFeatures(run, encoded)).features, domains.seed)
  const { effectiveClasses: left } = await watchTarget(run, domains, learner)
  const isGone = isCollapsed(left, expected)
  const adapted = await adaptedNetwork(run, domains, learner, isGone ? 'ADDA (collapsed, not kept)' : 'ADDA')
  showAdaptation(run, domains, {
    method: 'ADDA',
    layer,
    beforeName: 'source-only',
    distances: { before, after },
    adversary,
    sourceOnly,
    adapted,
    oracle: oracle && (await adaptedNetwork(run, domains, oracle, ORACLE)),
  })
  await showBoundaries(run, domains, { before: main, after: learner })
  if (isGone) reportCollapse(run, left, expected)
  else run.setWeights(main, run.weights(learner))
  return main
}

/** Everything that the plan lets learn. */
function sourcePhase({ context, spec }: StagedRun): Phase {
  const fresh = layersIn(context, 'fresh')
  const reused = layersIn(context, 'trained')
  return {
    name: 'source',
    epochs: spec.epochs,
    learningRate: context.learningRate,
    trained: new Set([...fresh, ...reused]),
    trainingMode: new Set([...fresh, ...withoutBatchNorm(context, reused)]),
    rateFactor: new Map(),
    cachedUpTo: context.cachedUpTo,
  }
}

/** As many classes as the source has, or as the source-only network predicts where it predicts fewer. */
function expectedClasses({ main }: StagedRun, domains: Domains, sourceOnly: PredictionSummary): number {
  return Math.min(effectiveClasses(sourcePriors(domains, main)), sourceOnly.effectiveClasses)
}

function reportCollapse(run: StagedRun, left: number, expected: number): void {
  run.exhibit({
    kind: 'text',
    id: 'domain-collapse',
    title: 'Adaptation collapsed',
    level: 'warn',
    words: `The target’s encoder gives nearly every sample the same class: its predictions use ${left.toFixed(1)} classes where ${expected.toFixed(1)} are due. The adversarial stage was stopped and the source-only network is kept. Try a tenth of the adversarial learning rate, fewer epochs, or a faster discriminator.`,
  })
}
