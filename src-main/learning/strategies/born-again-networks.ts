import { GraftError } from '../../contract/errors.ts'
import { defineParams } from '../../contract/params.ts'
import { classifiers, exhibitId, learnerAnswers } from '../distillation/compared.ts'
import { type Generation, generationCurves, generationsExhibit } from '../distillation/generations.ts'
import { softTargetObjective } from '../distillation/soft-target-objective.ts'
import { type Answers, askedRows, teacherAnswers } from '../distillation/teacher-answers.ts'
import { teacherExhibit } from '../distillation/teacher-report.ts'
import { seedOf } from '../engine/create-learner.ts'
import type { Learner } from '../engine/learner.ts'
import type { Objective } from '../engine/objective.ts'
import type { Workshop } from '../engine/workshop.ts'
import type { Scalar, Tf } from '../lab.ts'
import { confidenceWeightedLoss, type DistillationBatch, softLoss } from '../losses/distillation.ts'
import { classificationLoss } from '../losses/loss.ts'
import { permuteDarkKnowledge, softTargets } from '../losses/soft-targets.ts'
import { sameArchitecture } from '../network/same-architecture.ts'
import { bornAgainProblems, reusedLayers } from './born-again-checks.ts'
import { layersIn } from './layer-sets.ts'
import { defineStrategy, type Phase } from './strategy.ts'

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
 *  Paper: Furlanello et al., ICML 2018, arXiv 1805.04770, section 3: eq. (1) and (2), ensembles eq. (3), CWTM and DKPP section 3.2. Defaults:
 *  3 generations and no labels, the rows of its tables that do best. Ours shows KL in place of CE: the gradient is the same. */
export const bornAgainNetworks = defineStrategy({
  type: 'born-again-networks',
  label: 'Born-again networks',
  help: 'Trains the same network again and again from fresh weights, each taught by the one before; often a little better than its teacher, and a good ensemble.',
  params,
  check: bornAgainProblems,
  canExtend: false,
  async run(workshop, values) {
    requireFresh(workshop)
    workshop.expect(workshop.spec.epochs * countFits(values))
    const first = await firstGeneration(workshop, values)
    showTeacher(workshop, first)
    const learners: Learner[] = []
    const born: Generation[] = []
    for (let k = 1; k <= values.generations; k++) {
      const learner = await bear(workshop, values, k, born.at(-1) ?? first)
      const answers = await learnerAnswers(workshop, learner, rowsOf(workshop), `answers of generation${k}`)
      born.push({ name: `Generation ${k}`, answers })
      learners.push(learner)
      workshop.keep(learner)
    }
    const kept = values.keep === 'best' ? await bestOf(workshop, learners) : learners.length - 1
    workshop.keep(learners[kept]!)
    show(workshop, { first, born, teachers: [], kept })
    if (values.compareTeachers) {
      show(workshop, { first, born, teachers: await otherTeachers(workshop, values, first), kept })
    }
    return learners[kept]!
  },
})

function countFits({ generations, teacher, compareTeachers }: Values): number {
  const own = teacher === null ? 1 : 0
  return generations + own + (compareTeachers ? generations - own : 0)
}

/** Throws E_RUN_SPEC for layers that do not start anew: a plan that was checked has none. */
function requireFresh({ context }: Workshop): void {
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

/** Every generation answers for the rows that the next one learns from, and for those that it is measured on. */
function rowsOf({ main: { data } }: Workshop): number[] {
  return askedRows(data, data.rows.train)
}

function phase({ context }: Workshop, name: string, objective?: Objective): Phase {
  const fresh = layersIn(context, 'fresh')
  return {
    name,
    epochs: context.spec.epochs,
    learningRate: context.learningRate,
    trained: fresh,
    trainingMode: fresh,
    rateFactor: new Map(),
    cachedUpTo: null,
    ...(objective === undefined ? {} : { objective }),
  }
}

/** A network of the planned architecture with weights of its own, trained on the labels. */
async function trainOnLabels(workshop: Workshop, learner: Learner): Promise<Answers> {
  const { name } = learner
  const options = { seed: seedOf(workshop.spec.seed, `order of ${name}`) }
  await workshop.fit(name, learner, [phase(workshop, name)], options)
  return learnerAnswers(workshop, learner, rowsOf(workshop), `answers of ${name}`)
}

async function firstGeneration(workshop: Workshop, { teacher }: Values): Promise<Generation> {
  if (teacher === null) {
    const learner = workshop.learner({ name: 'generation0', network: workshop.main.model.network })
    workshop.keep(learner)
    return { name: 'Generation 0 (teacher)', answers: await trainOnLabels(workshop, learner) }
  }
  const reference = await workshop.reference(teacher)
  if (!sameArchitecture(reference.files.network, workshop.main.model.network)) {
    const message = `Expected generation 0 to have the planned architecture. "${reference.title}" has another one.`
    throw new GraftError('E_RUN_SPEC', message, { fix: 'That is distillation: set `strategy.type` to distillation.' })
  }
  return {
    name: `Generation 0 (${reference.title})`,
    answers: await teacherAnswers(workshop, reference, { rows: rowsOf(workshop), stage: 'generation0' }),
  }
}

/** Generation k: fresh weights of its own seed, taught by the one before. The last one is the run's own network. */
async function bear(workshop: Workshop, values: Values, k: number, teacher: Generation): Promise<Learner> {
  const { main, spec } = workshop
  const name = `generation${k}`
  const learner = k === values.generations ? main : workshop.learner({ name, network: main.model.network })
  const objective = objectiveOf(main, values, teacher, seedOf(spec.seed, `permutation of ${name}`))
  await workshop.fit(name, learner, [phase(workshop, name, objective)], { seed: seedOf(spec.seed, `order of ${name}`) })
  return learner
}

function objectiveOf({ heads }: Learner, values: Values, { answers }: Generation, seed: number): Objective {
  const soft = heads.map(({ type, classes }, h) => {
    if (type !== 'classification') return null
    const probabilities = softTargets([answers[h]!], classes.length, 1)
    return values.method === 'dkpp' ? permuteDarkKnowledge(probabilities, classes.length, seed) : probabilities
  })
  return softTargetObjective({ heads, soft, temperature: 1, headLoss: (tf, batch) => headLoss(tf, values, batch) })
}

function headLoss(tf: Tf, { method, useLabels }: Values, batch: DistillationBatch): Scalar {
  if (method === 'cwtm') return confidenceWeightedLoss(tf, batch)
  const soft = softLoss(tf, batch.logits, batch.soft, 1)
  return useLabels ? tf.add(soft, classificationLoss(tf, batch.logits, batch.target, batch.weight)) : soft
}

/** Place of the generation with the best accuracy on validation; the last where there is no such split. */
async function bestOf(workshop: Workshop, learners: readonly Learner[]): Promise<number> {
  if (workshop.main.data.rows.validation.length === 0) return learners.length - 1
  const accuracies: number[] = []
  for (const learner of learners) accuracies.push((await workshop.evaluate(learner, 'validation'))['accuracy'] ?? 0)
  return accuracies.indexOf(Math.max(...accuracies))
}

/** As many teachers as generations; generation 0 is one of them where it was trained here. */
async function otherTeachers(workshop: Workshop, values: Values, first: Generation): Promise<Generation[]> {
  const teachers: Generation[] = values.teacher === null ? [first] : []
  while (teachers.length < values.generations) {
    const name = `teacher${teachers.length + 1}`
    const learner = workshop.learner({ name, network: workshop.main.model.network })
    teachers.push({ name, answers: await trainOnLabels(workshop, learner) })
  }
  return teachers
}

interface Shown {
  readonly first: Generation
  readonly born: readonly Generation[]
  readonly teachers: readonly Generation[]
  readonly kept: number
}

function show({ main, exhibit }: Workshop, shown: Shown): void {
  classifiers(main.heads).forEach((classifier, place) => {
    const options = { ...classifier, data: main.data, ...shown }
    exhibit(generationsExhibit(exhibitId('generations', place), options))
    const curves = generationCurves(exhibitId('generation-curves', place), options)
    if (curves !== null) exhibit(curves)
  })
}

function showTeacher({ main, exhibit }: Workshop, first: Generation): void {
  const { data } = main
  const options = { data, learnt: data.rows.train, teachers: [{ ...first, cost: null }], temperature: 1 }
  classifiers(main.heads).forEach((classifier, place) => {
    exhibit(teacherExhibit({ id: exhibitId('teacher', place), ...classifier, ...options }))
  })
}
