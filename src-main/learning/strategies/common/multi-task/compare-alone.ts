import type { Learner } from '../../../engine/run/learner.ts'
import type { SplitName, TrainingData } from '../../../engine/data/training-data.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import { networkToOutputs } from '../../../network/network-to-outputs.ts'
import type { Phase } from '../../../engine/step/phase.ts'
import { sharingExhibit, taskMetric, type TaskScore } from './sharing-comparison.ts'

export interface CompareAloneOptions {
  /** Trained on all tasks; its heads are looked up by name. */
  readonly together: Learner
  /** Places of the plan's heads that are compared. */
  readonly places: readonly number[]
  /** The planned network's training, which each task gets for itself: as many epochs over its labelled samples. */
  readonly phases: readonly Phase[]
  readonly auxiliaries?: readonly string[]
}

/** Trains a network of its own for each task, from the same start and with the same budget, and shows what sharing made of it. */
export async function compareAlone(run: StagedRun, options: CompareAloneOptions): Promise<TaskScore[]> {
  const { main } = run
  const { together, places } = options
  const split = comparedSplit(main.data)
  const shared = await run.evaluate(together, split)
  const scores: TaskScore[] = []
  for (const place of places) {
    const head = main.heads[place]!
    const metric = taskMetric(head)
    const learner = await trainAlone(run, place, options.phases)
    if (learner === null) continue
    const alone = (await run.evaluate(learner, split))[metric]
    const own = together.heads.length === 1 ? shared[metric] : shared[`${head.name}.${metric}`]
    if (alone !== undefined && own !== undefined) scores.push({ task: head.name, metric, together: own, alone })
  }
  if (scores.length > 0) run.exhibit(sharingExhibit(scores, split, options.auxiliaries))
  return scores
}

/** The split that comparisons are made on: test where there is one. */
export function comparedSplit({ rows }: TrainingData): SplitName {
  return rows.test.length > 0 ? 'test' : rows.validation.length > 0 ? 'validation' : 'train'
}

async function trainAlone(run: StagedRun, place: number, phases: readonly Phase[]): Promise<Learner | null> {
  const { main, spec } = run
  const targets = main.data.targets[place]!
  const rows = main.data.rows.train.filter((row) => !Number.isNaN(targets[row]!))
  if (rows.length === 0) return null
  const output = main.model.network.outputs[place]!
  const network = networkToOutputs(main.model.network, [output])
  const layers = new Set(network.layers.map(({ name }) => name))
  const states = Object.fromEntries([...layers].map((name) => [name, main.states[name]!]))
  const name = `alone-${main.heads[place]!.name}`
  const learner = run.learner({
    name,
    network,
    states,
    weights: main.start,
    headPlaces: [place],
    seed: spec.seed,
  })
  await run.fit(
    `alone-${output}`,
    learner,
    phases.map((phase) => onlyOf(phase, layers, rows)),
  )
  return learner
}

function onlyOf(phase: Phase, layers: ReadonlySet<string>, rows: readonly number[]): Phase {
  const { objective: _objective, afterEpoch: _afterEpoch, ...plain } = phase
  const within = (names: ReadonlySet<string>) => new Set([...names].filter((name) => layers.has(name)))
  return {
    ...plain,
    name: `alone ${phase.name}`,
    trained: within(phase.trained),
    trainingMode: within(phase.trainingMode),
    rows,
  }
}
