import { GraftError } from '../../../../contract/errors.ts'
import type { Reference, StagedRun } from '../../../engine/run/staged-run.ts'
import type { TrainingData } from '../../../engine/data/training-data.ts'
import { areProbabilities } from '../../../losses/soft-targets.ts'
import { classPlaces } from '../../../bases/class-places.ts'
import { teacherFiles } from './teacher-head.ts'

/** Logits for every row of a dataset, per head (rows of the data * classes), row by row; zero in rows that were not asked for. Null for
 *  regression heads. The place of a row is its own, so that no shuffling can pair an image with another one's answers. */
export type Answers = readonly (Float32Array | null)[]

/** Rows that are learnt from, and those that models are measured on, each once. */
export function askedRows({ rows }: TrainingData, learnt: readonly number[]): number[] {
  return [...new Set([...learnt, ...rows.validation, ...rows.test])]
}

/** A model's logits in inference mode, with its own preprocessing, once per image; kept in the run's folder. Columns stand in the order of
 *  the student's classes; of a model that knows more classes, theirs alone. Throws E_MODEL_UNKNOWN when the model does not know them, or answers probabilities. */
export async function teacherAnswers(
  run: StagedRun,
  teacher: Reference,
  { rows, stage }: { readonly rows: readonly number[]; readonly stage: string },
): Promise<Answers> {
  const { data, headRecords } = run.main
  const outputs = await run.outputs(teacher, rows, { stage })
  return headRecords.map((student) => {
    if (student.type !== 'classification') return null
    const found = teacherFiles(teacher.files, student)
    const places = found === null ? null : classPlaces(found.head.classes, student.classes)
    if (found === null || places === null) throw unknownClasses(teacher, student.column, student.classes)
    const compact = outputs[found.h]!
    const width = found.head.classes.length
    if (areProbabilities(compact, width)) throw notLogits(teacher)
    return scatter({ compact, width }, rows, data.hashes.length, places)
  })
}

/** Compact answers of some width, one row after the other in the order of `rows`, to the places of their rows; of each row the
 *  columns at `places`. */
export function scatter(
  { compact, width }: { readonly compact: Float32Array; readonly width: number },
  rows: readonly number[],
  count: number,
  places: readonly number[],
): Float32Array {
  const classes = places.length
  const aligned = new Float32Array(count * classes)
  rows.forEach((row, i) => {
    for (let c = 0; c < classes; c++) aligned[row * classes + c] = compact[i * width + places[c]!]!
  })
  return aligned
}

/** The answers for some rows, one after the other. */
export function gather(aligned: Float32Array, rows: readonly number[], classes: number): Float32Array {
  const compact = new Float32Array(rows.length * classes)
  rows.forEach((row, i) => compact.set(aligned.subarray(row * classes, (row + 1) * classes), i * classes))
  return compact
}

function unknownClasses(teacher: Reference, column: string, classes: readonly string[]): GraftError {
  const known = teacher.files.heads.map((head) => `${head.column}: ${head.classes.join(', ')}`).join('; ') || 'none'
  const message = `Expected the teacher "${teacher.title}" to know the classes of "${column}": ${classes.join(', ')}. Received: ${known}.`
  return new GraftError('E_MODEL_UNKNOWN', message, { fix: 'Choose a teacher that was trained on the same classes.' })
}

function notLogits(teacher: Reference): GraftError {
  const message = `Expected logits from the teacher "${teacher.title}". Received probabilities: every answer adds up to 1.`
  return new GraftError('E_MODEL_UNKNOWN', message, { fix: 'Take a model without a softmax behind its output.' })
}
