import { GraftError } from '../../../contract/errors.ts'
import { defineParams } from '../../../contract/params.ts'
import { adoptTeacher, bear, type Parent, trainOnLabels } from './train-generation.ts'
import { classifiers, exhibitId } from '../common/distillation/compared.ts'
import { type Generation, generationCurves, generationsExhibit } from './generations.ts'
import { teacherExhibit } from '../common/distillation/teacher-report.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { bornAgainProblems, reusedLayers } from './born-again-checks.ts'
import { defineStrategy } from '../strategy.ts'

const params = defineParams({
  generations: {
    type: 'integer',
    label: 'Generations',
    default: 3,
    help: 'How many networks are born, one after the other, each from fresh weights and taught by the one before it; each takes all of the epochs.',
    min: 1,
    max: 20,
  },
  teacher: {
    type: 'model',
    label: 'Generation 0',
    default: null as string | null,
    help: 'A trained model of the same architecture that teaches the first generation; empty: it is trained here, on the labels.',
    optional: true,
  },
  method: {
    type: 'choice',
    label: 'What is passed on',
    default: 'soft',
    choices: [
      { value: 'soft', label: 'All of the teacher’s probabilities' },
      { value: 'cwtm', label: 'Only how sure it is (CWTM)' },
      { value: 'dkpp', label: 'How sure it is, the rest permuted (DKPP)' },
    ],
    help: 'The teacher’s probabilities as they are; labels weighted by its confidence (CWTM); or its probabilities with those of all but the first class permuted (DKPP). The last two show what makes it work.',
  },
  useLabels: {
    type: 'boolean',
    label: 'With labels',
    default: false,
    help: 'Adds the loss on true labels; the paper’s networks are better without it.',
  },
  compareTeachers: {
    type: 'boolean',
    label: 'Train as many teachers too',
    default: false,
    help: 'Trains as many networks on labels alone, for a fair comparison of means and ensembles; about doubles the time.',
  },
  keep: {
    type: 'choice',
    label: 'Kept model',
    default: 'last',
    choices: [
      { value: 'last', label: 'The last generation' },
      { value: 'best', label: 'The best on validation' },
    ],
    help: 'Which generation becomes the run’s model.',
  },
  memoryMegabytes: {
    type: 'integer',
    label: 'Data in memory',
    default: 2048,
    help: 'Decoded images up to this size are held in memory; more are read from disk batch by batch, which is slower.',
    unit: 'MB',
    min: 16,
    max: 1_000_000,
    advanced: true,
  },
})
type Values = ReturnType<typeof params.schema.parse>

/** Born-again networks: theta_k = argmin mean CE(softmax(f(x, theta_{k-1})), softmax(f(x, theta))), the same architecture, fresh weights and the same
 *  schedule for every generation, T = 1. With labels (BAN+L) the cross entropy with them is added.
 *  Paper: Furlanello et al., ICML 2018, arXiv 1805.04770, section 3. Defaults:
 *  3 generations and no labels, the rows of its tables that do best. Ours shows KL in place of CE: the gradient is the same. */
export const bornAgainNetworks = defineStrategy({
  type: 'born-again-networks',
  label: 'Born-again networks',
  help: 'Trains the same network again and again from fresh weights, each taught by the one before; often a little better than its teacher, and a good ensemble.',
  params,
  check: bornAgainProblems,
  canExtend: false,
  async run(run, values) {
    requireFresh(run)
    run.expect(run.spec.epochs * countFits(values))
    const first = await firstGeneration(run, values)
    showTeacher(run, first)
    const learners: Learner[] = []
    const born: Parent[] = []
    for (let k = 1; k <= values.generations; k++) {
      const isLast = k === values.generations
      const { learner, generation } = await bear(run, values, { k, isLast, parent: born.at(-1) ?? first })
      born.push(generation)
      learners.push(learner)
      run.keep(learner)
    }
    const kept = values.keep === 'best' ? await bestOf(run, learners) : learners.length - 1
    run.keep(learners[kept]!)
    show(run, { first, born, teachers: [], kept })
    if (values.compareTeachers) {
      show(run, { first, born, teachers: await otherTeachers(run, values, first), kept })
    }
    return learners[kept]!
  },
})

function countFits({ generations, teacher, compareTeachers }: Values): number {
  const own = teacher === null ? 1 : 0
  return generations + own + (compareTeachers ? generations - own : 0)
}

/** Throws E_RUN_SPEC for layers that do not start anew: a plan that was checked has none. */
function requireFresh({ context }: StagedRun): void {
  const reused = reusedLayers(context)
  if (reused.length === 0) return
  throw new GraftError(
    'E_RUN_SPEC',
    `Expected every layer to be fresh. Reused or frozen: ${reused.slice(0, 5).join(', ')}.`,
    {
      fix: 'Start from an architecture, or set `reuse` to {"layers": []}.',
    },
  )
}

async function firstGeneration(run: StagedRun, { teacher }: Values): Promise<Parent> {
  if (teacher !== null) return adoptTeacher(run, teacher)
  return { ...(await trainOnLabels(run, 'generation0', true)), name: 'Generation 0 (teacher)' }
}

/** Place of the generation with the best accuracy on validation; the last where there is no such split. */
async function bestOf(run: StagedRun, learners: readonly Learner[]): Promise<number> {
  if (run.main.data.rows.validation.length === 0) return learners.length - 1
  const accuracies: number[] = []
  for (const learner of learners) accuracies.push((await run.evaluate(learner, 'validation'))['accuracy'] ?? 0)
  return accuracies.indexOf(Math.max(...accuracies))
}

/** As many teachers as generations; generation 0 is one of them where it was trained here. */
async function otherTeachers(run: StagedRun, values: Values, first: Generation): Promise<Generation[]> {
  const teachers: Generation[] = values.teacher === null ? [first] : []
  while (teachers.length < values.generations) {
    teachers.push(await trainOnLabels(run, `teacher${teachers.length + 1}`))
  }
  return teachers
}

interface Shown {
  readonly first: Generation
  readonly born: readonly Generation[]
  readonly teachers: readonly Generation[]
  readonly kept: number
}

function show({ main, exhibit }: StagedRun, shown: Shown): void {
  classifiers(main.heads).forEach((classifier, place) => {
    const options = { ...classifier, data: main.data, ...shown }
    exhibit(generationsExhibit(exhibitId('generations', place), options))
    const curves = generationCurves(exhibitId('generation-curves', place), options)
    if (curves !== null) exhibit(curves)
  })
}

function showTeacher({ main, exhibit }: StagedRun, first: Generation): void {
  const { data } = main
  const options = { data, learnt: data.rows.train, teachers: [{ ...first, cost: null }], temperature: 1 }
  classifiers(main.heads).forEach((classifier, place) => {
    exhibit(teacherExhibit({ id: exhibitId('teacher', place), ...classifier, ...options }))
  })
}
