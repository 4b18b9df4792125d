import { seededRandom } from '../../../base/seeded-random.ts'
import { mean } from '../../../base/statistics/describe.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { secondOrderWords } from './meta-checks.ts'
import { type ClassTasks, classTasks } from './class-tasks.ts'
import { classTensors, openTaskSource, type TaskSource } from './class-source.ts'
import { probeBaseline } from './probe-baseline.ts'
import { wayLearner } from './meta-learner.ts'
import type { MetaProgram } from './meta-program.ts'
import { metaTraining } from './meta-training.ts'
import type { MetaValues } from './meta-params.ts'
import { adaptationExhibit, classesExhibit, fewShotTable } from './meta-exhibits.ts'
import { type ClassTask, drawClassTask } from './draw-tasks.ts'

/** Accuracy over tasks, before adapting and after each step: [step][task]. */
export interface StepAccuracies {
  readonly accuracies: number[][]
}

/** Few-shot classification from the dataset's classes, of which some are never seen before the test. */
export async function fewShotClasses(run: StagedRun, values: MetaValues): Promise<Learner> {
  const { spec, runtime } = run
  run.expect(spec.epochs * (values.compareBaseline ? 2 : 1))
  const tasks = classTasks(run, values)
  run.exhibit(classesExhibit(tasks))
  const source = await openTaskSource(run, [...tasks.rowsOf.values()].flat())
  const learner = wayLearner(run, values.way)
  run.keep(learner)
  const { algorithm } = values
  // Reptile's inner steps see parts of the support set: of every class as many.
  const isInterleaved = algorithm === 'reptile'
  const drawTask = (random: () => number) => {
    const task = drawClassTask(random, tasks.rowsOf, { ...values, classes: tasks.split.train })
    return isInterleaved ? interleaved(task, values) : task
  }
  const program = await metaTraining(run, 'meta-training', {
    ...values,
    learner,
    epochs: spec.epochs,
    from: source.from,
    normalise: source.normalise,
    draw: (random) => classTensors(runtime.tf, source, drawTask(random), { way: values.way, isInterleaved }),
    afterEpoch: async (current, epoch) => {
      if (tasks.split.validation.length === 0) return {}
      const found = await measure(run, { program: current, source, tasks, values }, 'validation', {
        seed: epoch,
        count: 20,
      })
      return { 'validation.accuracy': mean(found.accuracies.at(-1)!) }
    },
  })
  try {
    const measured = await run.once('few-shot-test', () =>
      measure(run, { program, source, tasks, values }, 'test', { seed: spec.seed, count: values.testTasks }),
    )
    run.record({ 'test.accuracy': mean(measured.accuracies.at(-1)!) })
    run.exhibit(adaptationExhibit(measured.accuracies, values, secondOrderWords(program.isExact, algorithm)))
    const baseline = values.compareBaseline ? await probeBaseline(run, tasks, values) : null
    if (baseline !== null) run.record({ 'test.probe.accuracy': mean(baseline) })
    run.exhibit(fewShotTable(measured.accuracies, baseline, values))
  } finally {
    program.dispose()
  }
  return learner
}

/** Class after class becomes: the first of each class, the second of each class ... */
function interleaved(task: ClassTask, { way, shots }: MetaValues): ClassTask {
  const support = Array.from({ length: way * shots }, (_, i) => task.support[(i % way) * shots + Math.floor(i / way)]!)
  return { ...task, support }
}

interface Measuring {
  readonly program: MetaProgram
  readonly source: TaskSource
  readonly tasks: ClassTasks
  readonly values: MetaValues
}

/** Accuracy on the query sets of new tasks before adapting and after each step. */
async function measure(
  run: StagedRun,
  { program, source, tasks, values }: Measuring,
  part: 'validation' | 'test',
  { seed, count }: { seed: number; count: number },
): Promise<StepAccuracies> {
  const { runtime, spec } = run
  const { way, queries, evaluationSteps } = values
  const accuracies: number[][] = Array.from({ length: evaluationSteps + 1 }, () => [])
  for (let index = 0; index < count; index++) {
    const random = seededRandom(spec.seed, `${part} task ${seed} ${index}`)
    const task = drawClassTask(random, tasks.rowsOf, { ...values, classes: tasks.split[part] })
    const tensors = await classTensors(runtime.tf, source, task, { way })
    const steps = program.adaptation(tensors, evaluationSteps)
    Object.values(tensors).forEach((tensor) => tensor.dispose())
    steps.forEach((outputs, k) => accuracies[k]!.push(accuracyOf(outputs, way, queries)))
    if (part === 'test') await run.throwIfInterrupted({ done: index + 1, total: count, message: 'Measuring new tasks' })
  }
  return { accuracies }
}

function accuracyOf(outputs: Float32Array, way: number, queries: number): number {
  const rows = way * queries
  let hits = 0
  for (let row = 0; row < rows; row++) {
    const logits = outputs.subarray(row * way, (row + 1) * way)
    if (logits.indexOf(Math.max(...logits)) === Math.floor(row / queries)) hits += 1
  }
  return hits / rows
}
