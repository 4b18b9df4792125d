import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { TrainingData } from '../../engine/data/training-data.ts'
import { softTargets } from '../../losses/soft-targets.ts'
import { accuracyOf, agreementOf } from '../../metrics/compare-answers.ts'
import { percent } from '../../../base/percent.ts'
import { type Compared, points, reportedSplit } from '../common/distillation/compared.ts'
import { gather } from '../common/distillation/teacher-answers.ts'

export interface ComparisonOptions {
  readonly id: string
  readonly head: HeadInfo
  readonly h: number
  readonly data: TrainingData
  readonly teachers: readonly Compared[]
  readonly student: Compared
  /** The same network from the same start, trained on the labels alone; null: not asked for. */
  readonly alone: Compared | null
}

interface Measured {
  readonly accuracy: number | null
  readonly agreement: number | null
}

/** Teacher, student and baseline side by side: right answers, agreement with the teacher, size and speed, with the verdict in words. */
export function comparisonExhibit(options: ComparisonOptions): ExhibitInput {
  const { id, head, h, data, teachers, student, alone } = options
  const split = reportedSplit(data)
  const rows = data.rows[split]
  const classes = head.classes.length
  const targets = rows.map((row) => data.targets[h]![row]!)
  const answersOf = ({ answers }: Compared) => gather(answers[h]!, rows, classes)
  const together = softTargets(teachers.map(answersOf), classes, 1)
  const measure = (answers: Float32Array): Measured => ({
    accuracy: accuracyOf(answers, targets, classes),
    agreement: agreementOf(answers, together, classes),
  })
  const line = ({ name, cost }: Compared, { accuracy, agreement }: Measured) => {
    return [name, accuracy, agreement, cost?.parameters ?? null, cost?.bytes ?? null, cost?.msPerSample ?? null]
  }
  const everyTeacher = teachers.map((teacher) => line(teacher, measure(answersOf(teacher))))
  const mean =
    teachers.length > 1
      ? [[`Mean of ${teachers.length} teachers`, ...line(meanOf(teachers), measure(together)).slice(1)]]
      : []
  const [own, plain] = [measure(answersOf(student)), alone === null ? null : measure(answersOf(alone))]
  const before = [...everyTeacher, ...mean]
  const verdict = verdictOf(measure(together).accuracy, own, plain?.accuracy ?? null, sizeRatio(teachers, student))
  return {
    kind: 'table',
    id,
    title: `Teacher and student on the ${split} split`,
    ...verdict,
    columns: [
      { label: 'Model' },
      { label: 'Accuracy', format: 'percent', better: 'higher' },
      { label: 'Agrees with the teacher', format: 'percent', better: 'higher' },
      { label: 'Parameters', format: 'count', better: 'lower' },
      { label: 'Size', format: 'bytes', better: 'lower' },
      { label: 'Milliseconds a sample', format: 'number', better: 'lower' },
    ],
    rows: [...before, line(student, own), ...(alone === null ? [] : [line(alone, plain!)])],
    own: before.length,
  }
}

/** All teachers run for one answer. */
function meanOf(teachers: readonly Compared[]): Compared {
  const sum = (pick: (cost: NonNullable<Compared['cost']>) => number) =>
    teachers.reduce((total, { cost }) => total + (cost === null ? 0 : pick(cost)), 0)
  const cost = {
    parameters: sum((each) => each.parameters),
    bytes: sum((each) => each.bytes),
    msPerSample: sum((each) => each.msPerSample),
  }
  return { name: '', answers: [], cost }
}

function sizeRatio(teachers: readonly Compared[], student: Compared): number {
  return (meanOf(teachers).cost?.parameters ?? 0) / Math.max(1, student.cost?.parameters ?? 1)
}

/** What the figures mean. A teacher that is no better than its student is a warning: there was nothing to learn from it but its errors. */
function verdictOf(teacher: number | null, student: Measured, alone: number | null, ratio: number) {
  const { accuracy, agreement } = student
  if (teacher === null || accuracy === null) {
    return { words: `No labels to measure by. Student and teacher agree on ${percent(agreement)} of the samples.` }
  }
  const size = ratio >= 1.1 ? ` with ${ratio.toFixed(1)} times fewer parameters` : ''
  const facts = `The student is right on ${percent(accuracy)}, its teacher on ${percent(teacher)}${size}; they agree on ${percent(agreement)}.`
  const gain =
    alone === null
      ? ''
      : ` Trained on the labels alone the same network reaches ${percent(alone)}: distillation makes ${points(accuracy - alone)}.`
  if (teacher <= (alone ?? accuracy)) {
    const than = alone === null ? 'its student' : 'the student alone'
    const advice = `The teacher is no better than ${than}: choose a stronger teacher, or train one first.`
    return { words: `${facts}${gain} ${advice}`, level: 'warn' as const }
  }
  const helped = alone !== null && accuracy > alone
  return { words: facts + gain, level: helped ? ('good' as const) : ('info' as const) }
}
