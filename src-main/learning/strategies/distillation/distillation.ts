import { GraftError } from '../../../contract/errors.ts'
import { defineParams } from '../../../contract/params.ts'
import { comparisonExhibit } from './student-comparison.ts'
import {
  classifiers,
  type Compared,
  costOf,
  exhibitId,
  learnerAnswers,
  reportedSplit,
} from '../common/distillation/compared.ts'
import { lensExhibit } from './lens.ts'
import { softTargetObjective } from '../common/distillation/soft-target-objective.ts'
import { askedRows, teacherAnswers } from '../common/distillation/teacher-answers.ts'
import { teacherExhibit } from '../common/distillation/teacher-report.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { Objective } from '../../engine/step/objective.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { distillationLoss } from '../../losses/distillation-loss.ts'
import { softTargets } from '../../losses/soft-targets.ts'
import { distillationProblems } from './distillation-checks.ts'
import { layersIn, withoutBatchNorm } from '../common/reuse/layer-sets.ts'
import type { Phase } from '../../engine/step/phase.ts'
import type { StrategyContext } from '../../engine/run/strategy-context.ts'
import { defineStrategy } from '../strategy.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'

const params = defineParams({
  teachers: {
    type: 'models',
    label: 'Teacher',
    default: [] as string[],
    help: 'Trained models or base models whose answers the student learns; of several, the mean of their softened probabilities.',
  },
  temperature: {
    type: 'number',
    label: 'Temperature',
    default: 4,
    help: 'Divides the logits of teacher and student before the softmax; higher ones tell more about unlikely classes. 2 to 5 for small students, up to 20 for large ones.',
    min: 0.1,
    max: 1000,
    log: true,
  },
  hardLossWeight: {
    type: 'number',
    label: 'Weight of the hard loss',
    default: 0.1,
    help: 'Share of the loss on true labels, 0 to 1; the rest is the soft loss on the teacher’s answers. Some libraries call the opposite alpha.',
    min: 0,
    max: 1,
    step: 0.05,
  },
  useUnlabelled: {
    type: 'boolean',
    label: 'Use unlabelled items',
    default: true,
    help: 'Training items without a label teach by the soft loss alone.',
  },
  compareAlone: {
    type: 'boolean',
    label: 'Train the student alone too',
    default: false,
    help: 'Afterwards trains the same network from the same start on labels alone, to show what distillation made of it; doubles the time.',
  },
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})
type Values = ReturnType<typeof params.schema.parse>

/** Knowledge distillation: L = a CE(y, softmax(z)) + (1 - a) T^2 KL(softmax(z_t / T) || softmax(z / T)); the student is used at T = 1.
 *  Paper: Hinton, Vinyals, Dean, 2015, arXiv 1503.02531, section 2. Defaults: T 4 as RepDistiller and torchdistill for CIFAR, a 0.1 as Keras'
 *  example ("a considerably lower weight on the second objective function" in the paper). The teacher runs once per image, in inference mode and with its own preprocessing. */
export const distillation = defineStrategy({
  type: 'distillation',
  label: 'Knowledge distillation',
  help: 'Trains a smaller network to answer as a larger one does, not only to name the right class; take it when a good model is too large or too slow.',
  params,
  check: distillationProblems,
  canExtend: false,
  needsLabels: (values) => !values.useUnlabelled,
  async run(run, values) {
    const { main, spec, context } = run
    const canCompare = values.compareAlone && main.data.rows.train.length > 0
    run.expect(spec.epochs * (canCompare ? 2 : 1))
    const unlabelled = values.useUnlabelled && values.hardLossWeight < 1 ? main.data.unlabelled : []
    const rows = [...main.data.rows.train, ...unlabelled]
    const teachers = await askTeachers(run, values, askedRows(main.data, rows))
    showTeachers(run, teachers, values, rows)
    const objective = objectiveOf(main, teachers, values)
    await run.fit('distil', main, [studentPhase(context, { name: 'distil', objective, rows })])
    const student = await compared(run, main, 'Student')
    showComparison(run, values, { teachers, student, alone: null })
    if (!canCompare) return main
    run.keep(main)
    const alone = await trainAlone(run)
    showComparison(run, values, { teachers, student, alone })
    return main
  },
})

/** The whole of the planned network learns as in fine-tuning; reused BatchNorm layers keep their averages. */
function studentPhase(
  context: StrategyContext,
  own: { name: string; objective?: Objective; rows?: readonly number[] },
): Phase {
  const [fresh, reused] = [layersIn(context, 'fresh'), layersIn(context, 'trained')]
  return {
    ...own,
    epochs: context.spec.epochs,
    learningRate: context.learningRate,
    trained: new Set([...fresh, ...reused]),
    trainingMode: new Set([...fresh, ...withoutBatchNorm(context, reused)]),
    rateFactor: new Map(),
    cachedUpTo: context.cachedUpTo,
  }
}

async function askTeachers(run: StagedRun, { teachers }: Values, rows: readonly number[]): Promise<Compared[]> {
  if (teachers.length === 0) {
    throw new GraftError('E_RUN_SPEC', 'Expected `strategy.teachers` to name at least one model. Received: none.', {
      fix: 'Choose a trained model or a base model as teacher.',
    })
  }
  const all: Compared[] = []
  for (const [t, ref] of teachers.entries()) {
    const teacher = await run.reference(ref)
    const answers = await teacherAnswers(run, teacher, { rows, stage: `teacher-${t + 1}` })
    all.push({ name: teacher.title, answers, cost: await costOf(run, teacher, `teacher-${t + 1}-cost`) })
  }
  return all
}

function objectiveOf({ heads }: Learner, teachers: readonly Compared[], values: Values): Objective {
  const { temperature, hardLossWeight } = values
  const soft = heads.map(({ type, classes }, h) => {
    if (type !== 'classification') return null
    return softTargets(
      teachers.map(({ answers }) => answers[h]!),
      classes.length,
      temperature,
    )
  })
  const settings = { temperature, hardLossWeight }
  return softTargetObjective({
    heads,
    soft,
    temperature,
    headLoss: (tf, batch) => distillationLoss(tf, batch, settings),
  })
}

/** The same network from the same start, on the same batches, by its labels alone. */
async function trainAlone(run: StagedRun): Promise<Compared> {
  const { main, spec, context } = run
  const { network } = main.model
  const options = { name: 'alone', network, states: main.states, weights: main.start, seed: spec.seed }
  const alone = run.learner(options)
  await run.fit('alone', alone, [studentPhase(context, { name: 'student alone' })])
  return compared(run, alone, 'Student alone')
}

async function compared(run: StagedRun, learner: Learner, name: string): Promise<Compared> {
  const { data } = run.main
  const stage = name.toLowerCase()
  const answers = await learnerAnswers(run, learner, data.rows[reportedSplit(data)], stage)
  return { name, answers, cost: await costOf(run, learner, `${stage} cost`) }
}

function showTeachers(
  { main, exhibit }: StagedRun,
  teachers: readonly Compared[],
  { temperature }: Values,
  learnt: readonly number[],
): void {
  const { data } = main
  classifiers(main.heads).forEach((classifier, place) => {
    exhibit(teacherExhibit({ id: exhibitId('teacher', place), ...classifier, data, learnt, teachers, temperature }))
  })
}

interface Shown {
  readonly teachers: readonly Compared[]
  readonly student: Compared
  readonly alone: Compared | null
}

function showComparison({ main, manifest, exhibit }: StagedRun, { temperature }: Values, shown: Shown): void {
  const { teachers, student, alone } = shown
  const rows = main.data.rows[reportedSplit(main.data)]
  const students = alone === null ? [student] : [student, alone]
  classifiers(main.heads).forEach((classifier, place) => {
    exhibit(comparisonExhibit({ id: exhibitId('distillation', place), ...classifier, data: main.data, ...shown }))
    const id = exhibitId('lens', place)
    const lens = lensExhibit({ id, manifest, ...classifier, rows, teachers, students, temperature })
    if (lens !== null) exhibit(lens)
  })
}
