import type { ExhibitInput } from '../../../../contract/exhibits.ts'
import type { Learner } from '../../../engine/run/learner.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import type { Phase } from '../../../engine/step/phase.ts'

/** Trains the planned network from its own start with `phases`, and shows both. */
export async function compareWithScratch(run: StagedRun, phases: readonly Phase[]): Promise<void> {
  const { main, spec } = run
  const { network } = main.model
  const options = { name: 'scratch', network, states: main.states, weights: main.start, seed: spec.seed }
  const scratch = run.learner(options)
  await run.fit('scratch', scratch, phases)
  const rows = [await measured(run, main), await measured(run, scratch)] as const
  run.exhibit(comparisonExhibit(rows[0], rows[1], main.data.rows.train.length))
}

export interface Measured {
  readonly validation: Readonly<Record<string, number>>
  readonly test: Readonly<Record<string, number>>
}

async function measured(run: StagedRun, learner: Learner): Promise<Measured> {
  return { validation: await run.evaluate(learner, 'validation'), test: await run.evaluate(learner, 'test') }
}

/** Both side by side: accuracy where classes are learnt, else the loss. Empty splits have no metrics. */
export function comparisonExhibit(pretrained: Measured, scratch: Measured, labels: number): ExhibitInput {
  const metric = 'accuracy' in { ...pretrained.test, ...pretrained.validation } ? 'accuracy' : 'loss'
  const isAccuracy = metric === 'accuracy'
  const split = pretrained.test[metric] === undefined ? 'validation' : 'test'
  const [own, other] = [pretrained[split][metric] ?? NaN, scratch[split][metric] ?? NaN]
  const isBetter = isAccuracy ? own > other : own < other
  const show = (value: number) => (isAccuracy ? `${(100 * value).toFixed(1)} %` : value.toPrecision(3))
  const verdict = own === other ? 'made no difference' : isBetter ? 'helped' : 'did not help'
  const format = isAccuracy ? ('percent' as const) : ('number' as const)
  const better = isAccuracy ? ('higher' as const) : ('lower' as const)
  const row = (name: string, { validation, test }: Measured) => [name, validation[metric] ?? null, test[metric] ?? null]
  return {
    kind: 'table',
    id: 'pre-trained-or-not',
    title: 'Pre-trained against not',
    words: `With ${labels} labelled items pre-training ${verdict}: ${metric} ${show(own)} against ${show(other)} on the ${split} split. One seed: repeat it with others before you rely on a small difference.`,
    level: isBetter ? 'good' : 'warn',
    columns: [
      { label: 'network' },
      { label: `validation ${metric}`, format, better },
      { label: `test ${metric}`, format, better },
    ],
    rows: [row('pre-trained', pretrained), row('from scratch', scratch)],
    own: 0,
  }
}
