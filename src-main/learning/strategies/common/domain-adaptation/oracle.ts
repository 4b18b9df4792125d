import type { Learner } from '../../../engine/run/learner.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import type { Domains } from '../../../domain-gap/measure-gap.ts'

/** How the target-supervised network is called wherever it is shown. */
export const ORACLE = 'target-supervised (oracle)'

/** The planned network from the same start, trained on the target's labels: what adaptation could reach at best. Null: the target's train
 *  split has none. */
export async function trainOracle(run: StagedRun, { report }: Domains, phase: Phase): Promise<Learner | null> {
  if (report === null || report.data.rows.train.length === 0) return null
  const { start, states, model } = run.main
  const options = { name: 'target-supervised', network: model.network, states, weights: start, data: report.data }
  const learner = run.learner(options)
  await run.fit('target-supervised', learner, [phase])
  return learner
}
