import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { TrainingData } from '../../engine/data/training-data.ts'
import { softTargets } from '../../losses/soft-targets.ts'
import { accuracyOf, agreementOf } from '../../metrics/compare-answers.ts'
import { percent } from '../../../base/percent.ts'
import { points, reportedSplit } from '../common/distillation/compared.ts'
import { type Answers, gather } from '../common/distillation/teacher-answers.ts'

/** One network of a line of generations, or an independent teacher. */
export interface Generation {
  readonly name: string
  readonly answers: Answers
}

export interface GenerationsOptions {
  readonly head: HeadInfo
  readonly h: number
  readonly data: TrainingData
  /** Generation 0, the teacher. */
  readonly first: Generation
  /** Generations 1, 2 ... */
  readonly born: readonly Generation[]
  /** As many networks trained on labels alone, from starts of their own; empty: not asked for. */
  readonly teachers: readonly Generation[]
  /** Which of `born` the run keeps. */
  readonly kept: number
}

interface Measured {
  readonly error: number | null
  readonly agreement: number | null
}

/** Measures members and ensembles on the reported split. An ensemble is the mean of its members' softmax. */
function measuring({ head, h, data }: GenerationsOptions) {
  const rows = data.rows[reportedSplit(data)]
  const classes = head.classes.length
  const targets = rows.map((row) => data.targets[h]![row]!)
  const logits = ({ answers }: Generation) => gather(answers[h]!, rows, classes)
  const errorOf = (outputs: Float32Array) => {
    const accuracy = accuracyOf(outputs, targets, classes)
    return accuracy === null ? null : 1 - accuracy
  }
  return {
    one: (of: Generation, teacher: Generation | null): Measured => ({
      error: errorOf(logits(of)),
      agreement: teacher === null ? null : agreementOf(logits(of), logits(teacher), classes),
    }),
    ensemble: (of: readonly Generation[]) => errorOf(softTargets(of.map(logits), classes, 1)),
  }
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** Every generation, their mean and their ensemble, beside as many teachers: the mean of k students is compared with the teacher, the
 *  ensemble of k students with an ensemble of k teachers, never the best of k with a single one. */
export function generationsExhibit(id: string, options: GenerationsOptions): ExhibitInput {
  const { data, first, born, teachers, kept } = options
  const measure = measuring(options)
  const line = [first, ...born]
  const each = line.map((generation, i) => measure.one(generation, i === 0 ? null : line[i - 1]!))
  const rows: (string | number | null)[][] = line.map(({ name }, i) => [name, each[i]!.error, each[i]!.agreement])
  const students = each.slice(1).map(({ error }) => error)
  rows.push([`Mean of ${born.length} generations`, mean(students), null])
  rows.push([`Ensemble of ${born.length} generations`, measure.ensemble(born), null])
  const others = teachers.map((teacher) => measure.one(teacher, null).error)
  if (teachers.length > 0) {
    rows.push([`Mean of ${teachers.length} teachers`, mean(others), null])
    rows.push([`Ensemble of ${teachers.length} teachers`, measure.ensemble(teachers), null])
  }
  const verdict = verdictOf({
    students: mean(students),
    teachers: teachers.length > 0 ? mean(others) : each[0]!.error,
    ensemble: measure.ensemble(born),
    teacherEnsemble: teachers.length > 0 ? measure.ensemble(teachers) : null,
    count: teachers.length,
  })
  return {
    kind: 'table',
    id,
    title: `Generations on the ${reportedSplit(data)} split`,
    ...verdict,
    columns: [
      { label: 'Network' },
      { label: 'Error', format: 'percent', better: 'lower' },
      { label: 'Agrees with its teacher', format: 'percent' },
    ],
    rows,
    own: kept + 1,
  }
}

interface Errors {
  readonly students: number | null
  /** Of the teachers where some were trained for it, else of the one teacher. */
  readonly teachers: number | null
  readonly ensemble: number | null
  readonly teacherEnsemble: number | null
  readonly count: number
}

/** Differences that are shown as 0.0 points. */
const NOTHING = 0.0005

function verdictOf(errors: Errors): { words: string; level?: 'good' | 'warn' } {
  const { students, teachers, ensemble, teacherEnsemble, count } = errors
  if (students === null || teachers === null) return { words: 'There are no labels to measure by.' }
  const beside = count > 0 ? `${count} teachers trained on labels` : 'their teacher'
  const sentences = [
    `Generations err on ${percent(students)} on average, ${beside} on ${percent(teachers)} (${points(students - teachers)}).`,
  ]
  if (ensemble !== null && teacherEnsemble !== null) {
    const difference = points(ensemble - teacherEnsemble)
    sentences.push(
      `Together they err on ${percent(ensemble)}, the teachers on ${percent(teacherEnsemble)} (${difference}).`,
    )
  }
  if (count === 0) sentences.push('One teacher is one draw: compare over several seeds, or train as many teachers too.')
  const gain = teachers - students
  if (Math.abs(gain) < NOTHING) return { words: [...sentences, 'That is no difference.'].join(' ') }
  if (gain > 0) return { words: sentences.join(' '), level: 'good' }
  return { words: [...sentences, 'Being born again did not help here.'].join(' '), level: 'warn' }
}

/** Error against generation: each network alone, and all so far together. */
export function generationCurves(id: string, options: GenerationsOptions): ExhibitInput | null {
  const { data, first, born } = options
  const measure = measuring(options)
  const errors = [first, ...born].map((generation) => measure.one(generation, null).error)
  const together = born.map((_, i) => measure.ensemble(born.slice(0, i + 1)))
  if ([...errors, ...together].includes(null)) return null
  return {
    kind: 'curves',
    id,
    title: 'Error by generation',
    words: `Generation 0 is the teacher; each network learns from the one before it. Errors on the ${reportedSplit(data)} split.`,
    x: { label: 'Generation' },
    y: { label: 'Error' },
    series: [
      { name: 'alone', x: [...errors.keys()], y: errors as number[] },
      {
        name: 'ensemble of the generations so far',
        x: together.map((_, i) => i + 1),
        y: together as number[],
        style: 'dashed',
      },
    ],
  }
}
