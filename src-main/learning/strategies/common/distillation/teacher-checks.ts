import type { PlanProblem } from '../../../../contract/models.ts'
import type { Manifest } from '../../../../contract/trainer.ts'
import { block, warn } from '../../../plan-problem.ts'
import type { PreflightContext } from '../../strategy.ts'
import { classDifference, classPlaces } from '../../../bases/class-places.ts'
import { isSoftmaxOutput, teacherFiles } from './teacher-head.ts'

type Head = Manifest['heads'][number]
export type KnownModel = NonNullable<ReturnType<PreflightContext['modelOf']>>

/** What would make the answers of a teacher wrong or useless for these heads. */
export function teacherProblems(context: PreflightContext, model: KnownModel): PlanProblem[] {
  const { title, files } = model
  const classifiers = context.heads.filter(({ type }) => type === 'classification')
  const { dataset } = context
  if (dataset !== null && dataset.kind !== files.preprocessing.kind) {
    const [takes, holds] = files.preprocessing.kind === 'image' ? ['images', 'table rows'] : ['table rows', 'images']
    return [block('teacher-kind', `The teacher "${title}" takes ${takes}, but "${dataset.name}" holds ${holds}.`)]
  }
  return [...columnProblems(context, { title, files }), ...classifiers.flatMap((head) => headProblems(model, head))]
}

function columnProblems({ dataset }: PreflightContext, { title, files }: Pick<KnownModel, 'title' | 'files'>) {
  const { preprocessing } = files
  if (preprocessing.kind !== 'table' || dataset === null) return []
  const columns = new Map(dataset.featureColumns.map(({ name, type }) => [name, type]))
  const missing = preprocessing.columns.filter(({ name, type }) => columns.get(name) !== type).map(({ name }) => name)
  if (missing.length === 0) return []
  return [
    block('teacher-columns', `The teacher "${title}" needs columns that "${dataset.name}" lacks: ${some(missing)}.`),
  ]
}

function headProblems(model: KnownModel, student: Head): PlanProblem[] {
  const { title, files } = model
  const found = teacherFiles(files, student)
  if (found === null) {
    const heads = files.heads.map(({ name }) => name).join(', ') || 'no classifier'
    const message = `Expected a teacher with a classifier for "${student.column}". "${title}" has: ${heads}.`
    return [block('teacher-head', `${message} Train a teacher on this column first.`)]
  }
  const problems = classProblems(model, found.head, student)
  if (!isSoftmaxOutput(files.network, found.output)) return problems
  const message = `Expected logits from the teacher "${title}". Its output "${found.output}" is a softmax, so that it gives probabilities.`
  return [...problems, block('teacher-softmax', `${message} Take a model whose output layer has no activation.`)]
}

/** A base model answers for its own classes, of which the student's may be a few; a trained model for the student's. */
function classProblems({ title, isTrained }: KnownModel, teacher: Head, student: Head): PlanProblem[] {
  const places = classPlaces(teacher.classes, student.classes)
  const difference = classDifference(teacher.classes, student.classes)
  if (places === null || (isTrained && difference.extra.length > 0)) {
    return [
      block(
        'teacher-classes',
        isTrained ? otherClasses(title, [teacher, student], difference) : unknownToBase(title, student, difference),
      ),
    ]
  }
  if (!isTrained) {
    const message = `"${title}" knows ${teacher.classes.length} classes: its answers are those among your ${student.classes.length} alone`
    return [warn('teacher-base', `${message}, as surely as if every image showed one of them.`)]
  }
  if (places.every((place, c) => place === c)) return []
  const message = `The teacher "${title}" has the classes in another order (${some(teacher.classes)}) than the student (${some(student.classes)}).`
  return [warn('teacher-class-order', `${message} They are paired by name.`)]
}

const ALIKE = 'two of the names are the same but for case, spaces, dashes and underscores'

type Difference = ReturnType<typeof classDifference>

function otherClasses(
  title: string,
  [teacher, student]: readonly [Head, Head],
  { missing, extra }: Difference,
): string {
  const parts = [
    ...(missing.length > 0 ? [`it lacks ${some(missing)}`] : []),
    ...(extra.length > 0 ? [`it also has ${some(extra)}`] : []),
    ...(missing.length + extra.length === 0 ? [ALIKE] : []),
  ]
  const message = `Expected a teacher for the ${student.classes.length} classes of "${student.column}". "${title}" knows ${teacher.classes.length}`
  return `${message}: ${parts.join('; ')}.`
}

function unknownToBase(title: string, { column }: Head, { missing }: Difference): string {
  const lack = missing.length > 0 ? `has none named ${some(missing)}` : `cannot tell them apart: ${ALIKE}`
  const message = `Expected a teacher that knows the classes of "${column}". The base model "${title}" ${lack}.`
  return `${message} Train it on your data first (feature extraction takes minutes), then choose that run.`
}

/** The first few of some names. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

/** Soft targets need a classifier to be learnt by. */
export function classifierProblems({ heads }: PreflightContext): PlanProblem[] {
  if (heads.length === 0 || heads.some(({ type }) => type === 'classification')) return []
  const names = some(heads.map(({ name }) => name))
  return [
    block(
      'distillation-head',
      `Expected a classification head: soft targets are class probabilities. There is only: ${names}.`,
    ),
  ]
}
