import type { Learner } from '../../../engine/run/learner.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import { reportRows } from '../../../domain-gap/target-data.ts'
import type { DomainDistance, Domains } from '../../../domain-gap/measure-gap.ts'

/** Below it the source itself is not learned, and there is little to carry over. */
const SOURCE_ACCURACY = 0.9
/** Up to it the domains are one at the layer that is looked at. */
const SAME_DISTANCE = 0.15

/** After training on the source: says when there is nothing to carry over, or nothing to adapt. */
export async function sourceWarnings(
  run: StagedRun,
  domains: Domains,
  learner: Learner,
  { proxy }: Pick<DomainDistance, 'proxy'>,
): Promise<void> {
  const accuracy = await sourceAccuracy(run, domains, learner)
  if (accuracy !== null && accuracy < SOURCE_ACCURACY) {
    run.exhibit({
      kind: 'text',
      id: 'domain-source-accuracy',
      title: 'Source accuracy is low',
      level: 'warn',
      words: `On the source itself only ${(100 * accuracy).toFixed(1)} % are right after training on it. Adaptation carries over what is learned there: train the source better first (more epochs, another base, another learning rate), below 90 % the gap to the target says little.`,
    })
  }
  if (proxy.distance > SAME_DISTANCE + 2 * proxy.standardError) return
  run.exhibit({
    kind: 'text',
    id: 'domain-same',
    title: 'Hardly anything to adapt',
    level: 'warn',
    words: `Source and target can hardly be told apart by the features before any adaptation (proxy A-distance ${proxy.distance.toFixed(2)} of 2). The source-only network is probably as good as it gets: adaptation can only blur its classes.`,
  })
}

/** On the source's test split, else its validation split; null: neither is labelled. */
export async function sourceAccuracy(run: StagedRun, { source }: Domains, learner: Learner): Promise<number | null> {
  const found = reportRows(source)
  if (found === null) return null
  const metrics = await run.evaluate(learner, found.split, { data: source, rows: found.rows })
  return metrics['accuracy'] ?? null
}
