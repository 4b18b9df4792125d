import type { Learner } from '../../../engine/run/learner.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import { type Adversary, discriminatorFigures } from './adversary.ts'
import { boundaryExhibit } from './boundary.ts'
import {
  distanceExhibit,
  histogramExhibit,
  resultsExhibit,
  type ResultRow,
  scatterExhibit,
} from '../../../domain-gap/domain-exhibits.ts'
import {
  type DomainDistance,
  type Domains,
  reportTarget,
  sourcePriors,
  watchTarget,
} from '../../../domain-gap/measure-gap.ts'
import { effectiveClasses, isCollapsed, type PredictionSummary } from '../../../domain-gap/domain-predictions.ts'
import { sourceAccuracy } from './source-warnings.ts'
import { accuracyOfDistance, discriminatorWords, histogramWords } from '../../../domain-gap/domain-words.ts'

/** One network of a finished adaptation, as it is shown. */
export interface ShownNetwork {
  readonly row: ResultRow
  readonly predictions: PredictionSummary
}

export async function adaptedNetwork(
  run: StagedRun,
  domains: Domains,
  learner: Learner,
  name: string,
): Promise<ShownNetwork> {
  const target = await reportTarget(run, domains, learner)
  const source = await sourceAccuracy(run, domains, learner)
  return {
    row: { name, source, target: target?.['accuracy'] ?? null },
    predictions: await watchTarget(run, domains, learner),
  }
}

export interface Adaptation {
  readonly method: string
  readonly layer: string
  /** What "before" is. */
  readonly beforeName: string
  readonly distances: { readonly before: DomainDistance; readonly after: DomainDistance }
  readonly adversary: Adversary
  readonly sourceOnly: ShownNetwork | null
  readonly adapted: ShownNetwork
  readonly oracle: ShownNetwork | null
}

/** Everything that a finished adaptation shows on the run's page. */
export function showAdaptation(run: StagedRun, domains: Domains, shown: Adaptation): void {
  const { method, layer, beforeName, sourceOnly, adapted, oracle } = shown
  const { before, after } = shown.distances
  const split = domains.report?.split ?? null
  const rows = { sourceOnly: sourceOnly?.row ?? null, adapted: adapted.row, oracle: oracle?.row ?? null }
  const priors = sourcePriors(domains, run.main)
  const collapsed = ({ predictions }: ShownNetwork): boolean =>
    isCollapsed(predictions.effectiveClasses, effectiveClasses(priors))
  const hasCollapsed = collapsed(adapted)
  const isSourceOnlyCollapsed = sourceOnly !== null && collapsed(sourceOnly)
  run.exhibit(resultsExhibit({ method, ...rows, split, isCollapsed: hasCollapsed, isSourceOnlyCollapsed }))
  run.exhibit(distanceExhibit({ layer, beforeName, before, after, isCollapsed: hasCollapsed }))
  run.exhibit(scatterExhibit('before', layer, before))
  run.exhibit(scatterExhibit('after', layer, after))
  const figures = discriminatorFigures(run.runtime.tf, shown.adversary, after)
  const probeAccuracy = accuracyOfDistance(after.proxy.distance)
  const words = discriminatorWords({ ...figures, probeAccuracy, isCollapsed: hasCollapsed })
  run.exhibit({ kind: 'text', id: 'domain-discriminator', title: 'Discriminator', words })
  const told = histogramWords(priors, adapted.predictions, sourceOnly?.predictions ?? null)
  const predictions = [sourceOnly, adapted]
    .filter((network) => network !== null)
    .map(({ row, predictions: { histogram } }) => ({ name: row.name, histogram }))
  const { classes } = run.main.heads[domains.head]!
  run.exhibit(histogramExhibit({ classes, priors, predictions, ...told }))
}

/** Where there are two inputs: the boundary before and after. */
export async function showBoundaries(
  run: StagedRun,
  domains: Domains,
  learners: { readonly before: Learner | null; readonly after: Learner },
): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    const learner = learners[when]
    const exhibit = learner === null ? null : await boundaryExhibit(run, domains, { learner, when })
    if (exhibit !== null) run.exhibit(exhibit)
  }
}
