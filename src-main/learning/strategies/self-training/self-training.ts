import { initializeWeight } from '../../engine/model/initialize.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { seedOf } from '../../engine/run/create-learner.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { SplitName } from '../../engine/data/training-data.ts'
import { Interrupted, type StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { mixedRows, pseudoLabelObjective } from './pseudo-label-objective.ts'
import { rampedWeight, type SelectionRule } from '../common/pseudo-labels/select-pseudo-labels.ts'
import { guessPool, type Round, withoutRefused } from './self-training-round.ts'
import { reviewExhibit, type RoundResult, SUPERVISED } from './history-exhibits.ts'
import { unlabelledPool } from '../common/pseudo-labels/unlabelled-pool.ts'
import { plannedPhases } from '../common/reuse/planned-phases.ts'
import { requireSamples, selfTrainingProblems } from './self-training-checks.ts'
import { selfTrainingParams, type SelfTrainingValues } from './self-training-fields.ts'
import { showHistory } from './self-training-report.ts'
import { defineStrategy } from '../strategy.ts'

/** Self-training with pseudo-labels: train on the labels, guess the unlabelled rows, keep the confident guesses, train a fresh student on labels
 *  and guesses, and again. Papers: Lee, "Pseudo-Label", ICML StagedRun 2013 (loss and ramp); Guo et al., ICML 2017 (calibration first);
 *  Cascante-Bonilla et al., "Curriculum Labeling", AAAI 2021, arXiv 2001.06001 (a fresh student in each round). */
export const selfTraining = defineStrategy({
  type: 'self-training',
  label: 'Self-training',
  help: 'Trains on the labels, lets the model label the unlabelled training items it is sure of, and trains again on both; take it when few of many items are labelled.',
  params: selfTrainingParams,
  check: selfTrainingProblems,
  canExtend: false,
  async run(run, values) {
    const { main, spec, context } = run
    const head = main.heads.findIndex(({ type }) => type === 'classification')
    const pool = unlabelledPool(main.data)
    requireSamples(run, head, pool)
    const first = firstEpochs(run, values)
    expectEpochs(run, values, spec.epochs)
    await run.fit('labels', main, plannedPhases(context, { name: 'labels', epochs: first }))
    const models = [await modelOf(run, { name: 'labels only', round: null })]
    try {
      const rounds = await trainRounds(run, models, { head, pool: pool.rows, values })
      const alone = values.compareSupervised ? await trainAlone(run, models, values) : null
      const kept = keptModel(models, values.keepBest)
      const shown = await measured(run, alone === null ? models : [...models, alone])
      run.setWeights(main, models[kept]!.weights)
      const { review } = values
      showHistory(run, { head, pool, results: shown, rounds, kept, rule: ruleOf(values), review })
    } catch (error) {
      // A student that has hardly begun is worse than its teacher.
      const isStopped = error instanceof Interrupted && error.action === 'stop'
      if (isStopped) run.setWeights(main, models[keptModel(models, values.keepBest)]!.weights)
      throw error
    }
    return main
  },
})

function firstEpochs({ spec }: StagedRun, values: SelfTrainingValues): number {
  return values.firstEpochs ?? spec.epochs
}

/** Epochs of all stages, when each student has so many. */
function expectEpochs(run: StagedRun, values: SelfTrainingValues, each: number): void {
  const students = each * values.rounds
  const alone = values.student === 'continue' ? students : each
  run.expect(firstEpochs(run, values) + students + (values.compareSupervised ? alone : 0))
}

/** A fresh student reads at least as many rows as the first model did: on few pseudo-labels the spec's epochs would be too short for it. */
function studentEpochs(run: StagedRun, values: SelfTrainingValues, rows: number): number {
  const { spec, main } = run
  if (values.student === 'continue') return spec.epochs
  const read = firstEpochs(run, values) * main.data.rows.train.length
  return Math.max(spec.epochs, Math.ceil(read / rows))
}

/** A model of the history with its weights. */
interface Model extends RoundResult {
  readonly weights: WeightValues
}

/** Adds a model for each round, and answers the rounds; one that accepted nothing ends them. */
async function trainRounds(
  run: StagedRun,
  models: Model[],
  { head, pool, values }: { head: number; pool: readonly number[]; values: SelfTrainingValues },
): Promise<Round[]> {
  const { main } = run
  const rounds: Round[] = []
  for (let number = 1; number <= values.rounds; number++) {
    const name = `round ${number}`
    const found = await run.once(name, () =>
      guessPool(run, main, { head, pool, rule: ruleOf(values), calibrate: values.calibrate }),
    )
    const round = await reviewed(run, { head, number, found, values })
    rounds.push(round)
    if (round.rows.length === 0) break
    if (values.student === 'fresh') run.setWeights(main, freshStart(run, number))
    await trainStudent(run, { head, number, round, values })
    models.push(await modelOf(run, { name, round }))
  }
  return rounds
}

function ruleOf({ select, threshold, perClass }: SelfTrainingValues): SelectionRule {
  if (select === 'threshold') return { kind: 'threshold', tau: threshold }
  return select === 'top-k' ? { kind: 'top-k', perClass } : { kind: 'all' }
}

/** The last model, or with `keepBest` the one that does best on the validation split; the later one among equals. */
function keptModel(models: readonly RoundResult[], keepBest: boolean): number {
  const last = models.length - 1
  if (!keepBest || models.some(({ validation }) => validation === null)) return last
  return models.reduce((best, { validation }, i) => (validation! >= models[best]!.validation! ? i : best), 0)
}

interface RoundTraining {
  readonly head: number
  readonly number: number
  readonly round: Round
  readonly values: SelfTrainingValues
}

async function trainStudent(run: StagedRun, { head, number, round, values }: RoundTraining): Promise<void> {
  const { main, context } = run
  const { data } = main
  const pseudo = { head, classes: main.heads[head]!.classes.length, ...round, count: data.hashes.length }
  const ramp = { final: values.pseudoWeight, from: values.rampFrom, to: Math.max(values.rampFrom, values.rampTo) }
  // A student that goes on learns through all rounds; a fresh one has its own ramp.
  const whole = values.student === 'fresh' ? { from: 0, of: 1 } : { from: number - 1, of: values.rounds }
  const rows = mixedRows(data.rows.train, round.rows, values.labelledShare)
  const epochs = studentEpochs(run, values, rows.length)
  expectEpochs(run, values, epochs)
  const phases = plannedPhases(context, {
    name: `round ${number}`,
    epochs,
    rows,
    objective: ({ from, to }) =>
      pseudoLabelObjective(pseudo, (progress) =>
        rampedWeight((whole.from + from + progress * (to - from)) / whole.of, ramp),
      ),
  })
  await run.fit(`round-${number}`, main, phases)
}

/** Where the next student starts: reused layers as the run found them, fresh ones drawn anew. */
function freshStart({ main, spec }: StagedRun, round: number): WeightValues {
  const seed = seedOf(spec.seed, `round ${round}`)
  return new Map(
    inferNetwork(main.model.network).weights.map((weight) => {
      const start = main.start.get(weight.fullName)!
      const isFresh = main.states[weight.layer] === 'fresh'
      return [weight.fullName, isFresh ? { shape: weight.shape, values: initializeWeight(weight, seed) } : start]
    }),
  )
}

/** The round's pseudo-labels as they are trained on. With `review: before` the run pauses once for each round, and goes on with what the user
 *  kept; resumed without a decision it goes on with all of them. */
async function reviewed(
  run: StagedRun,
  { head, number, found, values }: { head: number; number: number; found: Round; values: SelfTrainingValues },
): Promise<Round> {
  if (values.review !== 'before' || found.rows.length === 0) return found
  const { column, classes } = run.main.headRecords[head]!
  const exhibit = reviewExhibit(found, {
    id: `review.${number}`,
    title: `Pseudo-labels of round ${number}`,
    words: `The run waits for you: refuse what is wrong, then resume. It goes on with the ${found.rows.length} pseudo-labels that you keep.`,
    column,
    classes,
    manifest: run.manifest,
  })
  const asked = { now: false }
  await run.once(`review ${number}`, () => (asked.now = true))
  const kept = run.reviewed(exhibit.id)
  if (asked.now && kept === null) {
    run.exhibit(exhibit)
    throw new Interrupted('pause')
  }
  if (kept === null) return found
  const isKept = new Set(kept)
  const rowOf = new Map(run.manifest.items.map(({ id }, row) => [id, row]))
  const refused = exhibit.rows.filter(({ itemId }) => !isKept.has(itemId)).map(({ itemId }) => rowOf.get(itemId)!)
  return withoutRefused(found, new Set(refused))
}

/** The main learner as it now is. */
async function modelOf(run: StagedRun, { name, round }: Pick<RoundResult, 'name' | 'round'>): Promise<Model> {
  const validation = await accuracy(run, run.main, 'validation')
  return { name, round, validation, test: null, weights: run.weights(run.main) }
}

function accuracy(run: StagedRun, learner: Learner, split: SplitName): Promise<number | null> {
  const { heads } = learner
  const head = heads.find(({ type }) => type === 'classification')!
  const name = heads.length === 1 ? 'accuracy' : `${head.name}.accuracy`
  return run.evaluate(learner, split).then((metrics) => metrics[name] ?? null)
}

/** With their accuracy on the test split, for the report: nothing is decided any more. */
async function measured(run: StagedRun, models: readonly Model[]): Promise<RoundResult[]> {
  const results: RoundResult[] = []
  for (const { weights, ...model } of models) {
    run.setWeights(run.main, weights)
    results.push({ ...model, test: await accuracy(run, run.main, 'test') })
  }
  return results
}

/** The same network from the same start on labels alone, with as many updates as the last student had. */
async function trainAlone(run: StagedRun, models: readonly RoundResult[], values: SelfTrainingValues): Promise<Model> {
  const { main, spec, context } = run
  const { train } = main.data.rows
  const last = mixedRows(train, models.at(-1)!.round?.rows ?? [], values.labelledShare)
  const rows = Array.from({ length: Math.max(1, Math.round(last.length / train.length)) }, () => train).flat()
  // One that went on was trained in all rounds.
  const students = values.student === 'continue' ? Math.max(1, models.length - 1) : 1
  const epochs = students * studentEpochs(run, values, last.length)
  const { network } = main.model
  const options = { name: 'supervised', network, states: main.states, weights: main.start, seed: spec.seed }
  const alone = run.learner(options)
  await run.fit('supervised', alone, plannedPhases(context, { name: 'supervised', epochs, rows }))
  const validation = await accuracy(run, alone, 'validation')
  return {
    name: SUPERVISED,
    round: null,
    validation,
    test: null,
    weights: run.weights(alone),
  }
}
