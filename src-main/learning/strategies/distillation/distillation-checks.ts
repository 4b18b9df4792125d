import type { PlanProblem } from '../../../contract/models.ts'
import { classifierProblems, type KnownModel, teacherProblems } from '../common/distillation/teacher-checks.ts'
import { sameArchitecture } from '../../network/same-architecture.ts'
import { block, warn } from '../../plan-problem.ts'
import type { PreflightContext } from '../strategy.ts'

export interface DistillationValues {
  readonly teachers: readonly string[]
  readonly temperature: number
  readonly hardLossWeight: number
  readonly useUnlabelled: boolean
}

/** What docs/strategies.md lists as traps of distillation and what can be known before anything runs. */
export function distillationProblems(context: PreflightContext, values: DistillationValues): PlanProblem[] {
  const known = values.teachers.flatMap((ref) => {
    const model = context.modelOf(ref)
    return model === null ? [] : [{ ref, model }]
  })
  return [
    ...missing(values),
    ...classifierProblems(context),
    ...known.flatMap(({ model }) => teacherProblems(context, model)),
    ...known.flatMap(({ ref, model }) => bornAgain(context, ref, model)),
    ...weightProblems(values),
    ...temperatureProblems(values),
    ...augmentProblems(context),
  ]
}

/** A name that nothing has is told by the plan. */
function missing({ teachers }: DistillationValues): PlanProblem[] {
  if (teachers.length > 0) return []
  const message =
    'Expected a teacher: a trained model of the workspace, or a base model that knows your classes. None is chosen.'
  return [block('teacher-missing', `${message} Train a larger network first, then choose it here.`)]
}

function bornAgain({ network }: PreflightContext, ref: string, { title, files }: KnownModel): PlanProblem[] {
  if (!sameArchitecture(network, files.network)) return []
  const message = `The teacher "${title}" has the student’s architecture: the student is born again rather than made smaller.`
  const fix = { title: 'Born-again networks', patch: { strategy: { type: 'born-again-networks', teacher: ref } } }
  return [warn('distillation-born-again', message, fix)]
}

function weightProblems({ hardLossWeight, useUnlabelled }: DistillationValues): PlanProblem[] {
  if (hardLossWeight === 0) {
    const message =
      'The weight of the hard loss is 0: the student learns from the teacher alone, and no label is used in training.'
    return [warn('hard-loss-weight', message, { title: 'Use 0.1', patch: { 'strategy.hardLossWeight': 0.1 } })]
  }
  if (hardLossWeight < 1) return []
  const rest = useUnlabelled ? ' Unlabelled rows then teach nothing.' : ''
  const message = `The weight of the hard loss is 1: the teacher is not used, this is plain training on the labels.${rest}`
  return [warn('hard-loss-weight', message, { title: 'Use 0.1', patch: { 'strategy.hardLossWeight': 0.1 } })]
}

/** The form refuses 0 and less; far beyond 20 every teacher says the same of every class. */
function temperatureProblems({ temperature }: DistillationValues): PlanProblem[] {
  if (temperature <= 50 && temperature >= 1) return []
  const fix = { title: 'Use 4', patch: { 'strategy.temperature': 4 } }
  if (temperature < 1) {
    return [
      warn(
        'temperature',
        `A temperature of ${temperature} makes the teacher surer than it is, not softer; 1 leaves it as it is.`,
        fix,
      ),
    ]
  }
  return [
    warn(
      'temperature',
      `At a temperature of ${temperature} only the order of the teacher’s logits is left; 2 to 20 are usual.`,
      fix,
    ),
  ]
}

function augmentProblems({ spec }: PreflightContext): PlanProblem[] {
  const { flip, crop, shift, rotate, colour, cutout } = spec.augment
  if (!flip && crop === 1 && shift === 0 && rotate === 0 && colour === 0 && cutout === 0) return []
  const message =
    'The student sees changed images, the teacher the plain ones: its answers are computed once per image. Strong changes make them wrong.'
  const patch = {
    'augment.flip': false,
    'augment.crop': 1,
    'augment.shift': 0,
    'augment.rotate': 0,
    'augment.colour': 0,
    'augment.cutout': 0,
  }
  return [warn('distillation-augment', message, { title: 'Switch them off', patch })]
}
