import type { ExhibitInput } from '../../../../contract/exhibits.ts'
import type { HeadInfo } from '../../../network/head-info.ts'
import type { TrainingData } from '../../../engine/data/training-data.ts'
import { softTargets } from '../../../losses/soft-targets.ts'
import { accuracyOf, meanConfidence } from '../../../metrics/compare-answers.ts'
import { percent } from '../../../../base/percent.ts'
import type { Compared } from './compared.ts'
import { gather } from './teacher-answers.ts'

export interface TeacherReport {
  readonly id: string
  readonly head: HeadInfo
  readonly h: number
  readonly data: TrainingData
  /** Rows that the student learns from. */
  readonly learnt: readonly number[]
  readonly teachers: readonly Compared[]
  readonly temperature: number
}

/** A teacher as it comes: whether its answers can be trusted, and whether they are soft at all. */
export function teacherExhibit(options: TeacherReport): ExhibitInput {
  const { id, teachers, temperature } = options
  const { split, accuracy, majority, sure, softened } = measure(options)
  const names = teachers.map(({ name }) => name).join(', ')
  const right = `${names}: right on ${percent(accuracy)} of the ${split} split.`
  const cooled = temperature === 1 ? '' : `, ${percent(softened)} at temperature ${temperature}`
  const facts = `${right} On the rows that are learnt from, its largest probability is ${percent(sure)} on average${cooled}.`
  const shared = { kind: 'text', id, title: 'The teacher' } as const
  if (accuracy !== null && accuracy <= majority) {
    const advice = `That is no better than always naming the most frequent class (${percent(majority)}): check that it was trained on these classes and this kind of image.`
    return { ...shared, words: `${facts} ${advice}`, level: 'warn' }
  }
  if (softened < NEARLY_ONE_HOT) return { ...shared, words: facts }
  const remedy =
    temperature === 1 ? 'train it for fewer epochs, or with dropout or augmentation' : 'raise the temperature'
  const advice = `Its answers are nearly one-hot there, so they say hardly more than labels: ${remedy}.`
  return { ...shared, words: `${facts} ${advice}`, level: 'warn' }
}

const NEARLY_ONE_HOT = 0.995

function measure({ head, h, data, learnt, teachers, temperature }: TeacherReport) {
  const classes = head.classes.length
  const soft = (rows: readonly number[], t: number) => {
    const logits = teachers.map((teacher) => gather(teacher.answers[h]!, rows, classes))
    return softTargets(logits, classes, t)
  }
  const split = data.rows.validation.length > 0 ? 'validation' : 'train'
  const rows = data.rows[split]
  const targets = rows.map((row) => data.targets[h]![row]!)
  const most = Math.max(...head.classes.map((_, c) => targets.filter((target) => target === c).length))
  return {
    split,
    accuracy: accuracyOf(soft(rows, 1), targets, classes),
    majority: most / Math.max(1, targets.length),
    sure: meanConfidence(soft(learnt, 1), classes),
    softened: meanConfidence(soft(learnt, temperature), classes),
  }
}
