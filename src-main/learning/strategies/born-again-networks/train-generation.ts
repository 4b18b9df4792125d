import { GraftError } from '../../../contract/errors.ts'
import { seedOf } from '../../engine/run/create-learner.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { Model } from '../../engine/model/model.ts'
import type { Objective } from '../../engine/step/objective.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Scalar, Tf } from '../../runtime.ts'
import { confidenceWeightedLoss, type DistillationBatch, softLoss } from '../../losses/distillation-loss.ts'
import { classificationLoss } from '../../losses/loss.ts'
import { permuteDarkKnowledge, softTargets } from '../../losses/soft-targets.ts'
import { sameArchitecture } from '../../network/same-architecture.ts'
import type { Phase } from '../../engine/step/phase.ts'
import { learnerAnswers } from '../common/distillation/compared.ts'
import type { Generation } from './generations.ts'
import { softTargetObjective } from '../common/distillation/soft-target-objective.ts'
import { type Answers, askedRows, teacherAnswers } from '../common/distillation/teacher-answers.ts'

/** What is passed on from one generation to the next. */
export interface Inheritance {
  readonly method: string
  readonly useLabels: boolean
}

/** A generation that can teach. */
export interface Parent extends Generation {
  /** To answer for changed images as they are trained on; null: it has only its answers for the plain ones. */
  readonly model: Model | null
}

/** Every generation answers for the rows that the next one learns from, and for those that it is measured on. */
function rowsOf({ main: { data } }: StagedRun): number[] {
  return askedRows(data, data.rows.train)
}

function phase({ context }: StagedRun, name: string, objective?: Objective): Phase {
  const all = new Set(context.network.layers.map((layer) => layer.name))
  return {
    name,
    epochs: context.spec.epochs,
    learningRate: context.learningRate,
    trained: all,
    trainingMode: all,
    rateFactor: new Map(),
    cachedUpTo: null,
    ...(objective === undefined ? {} : { objective }),
  }
}

/** Trains a network of the planned architecture under its learner's name; its batches come in an order of their own. */
async function fitOwn(run: StagedRun, learner: Learner, name: string, objective?: Objective): Promise<Answers> {
  const seed = seedOf(run.spec.seed, `order of ${name}`)
  await run.fit(name, learner, [phase(run, name, objective)], { seed })
  return learnerAnswers(run, learner, rowsOf(run), `answers of ${name}`)
}

/** A network with fresh weights of its own, trained on the labels. `isKept`: a stop keeps it. */
export async function trainOnLabels(run: StagedRun, name: string, isKept = false): Promise<Parent> {
  const learner = run.learner({ name, network: run.main.model.network })
  if (isKept) run.keep(learner)
  return { name, answers: await fitOwn(run, learner, name), model: learner.model }
}

/** Generation 0: a trained model of the same architecture. Throws E_RUN_SPEC for another one. */
export async function adoptTeacher(run: StagedRun, ref: string): Promise<Parent> {
  const reference = await run.reference(ref)
  const { network } = run.main.model
  if (!sameArchitecture(reference.files.network, network)) {
    const message = `Expected generation 0 to have the planned architecture. "${reference.title}" has another one.`
    throw new GraftError('E_RUN_SPEC', message, { fix: 'That is distillation: set `strategy.type` to distillation.' })
  }
  const answers = await teacherAnswers(run, reference, { rows: rowsOf(run), stage: 'generation0' })
  return { name: `Generation 0 (${reference.title})`, answers, model: null }
}

/** Generation k: fresh weights of its own seed, taught by the one before. */
export async function bear(
  run: StagedRun,
  inheritance: Inheritance,
  { k, isLast, parent }: { readonly k: number; readonly isLast: boolean; readonly parent: Parent },
): Promise<{ readonly learner: Learner; readonly generation: Parent }> {
  const { main, spec } = run
  const name = `generation${k}`
  const learner = isLast ? main : run.learner({ name, network: main.model.network })
  const objective = objectiveOf(main, inheritance, parent, seedOf(spec.seed, `permutation of ${name}`))
  const answers = await fitOwn(run, learner, name, objective)
  return { learner, generation: { name: `Generation ${k}`, answers, model: learner.model } }
}

/** Where images are changed at random the parent answers for the changed ones, as in the paper; permuted answers are made once. */
function objectiveOf({ heads, data }: Learner, inheritance: Inheritance, parent: Parent, seed: number): Objective {
  const isPermuted = inheritance.method === 'dkpp'
  const soft = heads.map(({ type, classes }, h) => {
    if (type !== 'classification') return null
    const probabilities = softTargets([parent.answers[h]!], classes.length, 1)
    return isPermuted ? permuteDarkKnowledge(probabilities, classes.length, seed) : probabilities
  })
  const teacher = data.samples.changes === null || isPermuted ? null : parent.model
  const shared = { heads, soft, temperature: 1, teacher }
  return softTargetObjective({ ...shared, headLoss: (tf, batch) => headLoss(tf, inheritance, batch) })
}

function headLoss(tf: Tf, { method, useLabels }: Inheritance, batch: DistillationBatch): Scalar {
  if (method === 'cwtm') return confidenceWeightedLoss(tf, batch)
  const soft = softLoss(tf, batch.logits, batch.soft, 1)
  return useLabels ? tf.add(soft, classificationLoss(tf, batch.logits, batch.target, batch.weight)) : soft
}
