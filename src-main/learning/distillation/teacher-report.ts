import type { ExhibitInput } from '../../contract/exhibits.ts'
import type { HeadInfo } from '../engine/heads.ts'
import type { TrainingData } from '../engine/training-data.ts'
import { softTargets } from '../losses/soft-targets.ts'
import { accuracyOf, meanConfidence } from '../metrics/compare-answers.ts'
import { type Compared, percent } from './compared.ts'
import { gather } from './teacher-answers.ts'

export interface TeacherReport {
  readonly id: string
  readonly head: HeadInfo
  readonly h: number
  readonly data: TrainingData
  readonly teachers: readonly Compared[]
  readonly temperature: number
}

/** A teacher as it comes: whether its answers can be trusted, and whether they are soft at all. */
export function teacherExhibit(options: TeacherReport): ExhibitInput {
  const { id, head, h, data, teachers, temperature } = options
  const classes = head.classes.length
  const split = data.rows.validation.length > 0 ? 'validation' : 'train'
  const answers = (rows: readonly number[]) => teachers.map((teacher) => gather(teacher.answers[h]!, rows, classes))
  const rows = data.rows[split]
  const soft = softTargets(answers(rows), classes, 1)
  const targets = rows.map((row) => data.targets[h]![row]!)
  const accuracy = accuracyOf(soft, targets, classes)
  const majority =
    Math.max(...head.classes.map((_, c) => targets.filter((target) => target === c).length)) /
    Math.max(1, targets.length)
  const learnt = answers([...data.rows.train, ...data.unlabelled])
  const [sure, softened] = [1, temperature].map((t) => meanConfidence(softTargets(learnt, classes, t), classes))
  const names = teachers.map(({ name }) => name).join(', ')
  const facts = `${names}: right on ${percent(accuracy)} of the ${split} split. On the rows that the student learns from its largest probability is ${percent(sure!)} on average, ${percent(softened!)} at temperature ${temperature}.`
  const shared = { kind: 'text', id, title: 'The teacher' } as const
  if (accuracy !== null && accuracy <= majority) {
    const advice = `That is no better than always naming the most frequent class (${percent(majority)}): check that it was trained on these classes and this kind of image.`
    return { ...shared, words: `${facts} ${advice}`, level: 'warn' }
  }
  if (softened! < 0.995) return { ...shared, words: facts }
  const advice =
    'Its answers are nearly one-hot there, so they say hardly more than labels: raise the temperature, or take a teacher that was regularised.'
  return { ...shared, words: `${facts} ${advice}`, level: 'warn' }
}
