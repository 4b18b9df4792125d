import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { Manifest } from '../../../contract/trainer.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import { disagreement } from '../../metrics/compare-answers.ts'
import { argmaxAt, softTargets } from '../../losses/soft-targets.ts'
import { percent } from '../../../base/percent.ts'
import type { Compared } from '../common/distillation/compared.ts'
import { gather } from '../common/distillation/teacher-answers.ts'

/** Samples in a lens: as many as one looks through. */
const MOST = 60

export interface LensOptions {
  readonly id: string
  readonly manifest: Manifest
  readonly head: HeadInfo
  readonly h: number
  /** Rows that are looked at. */
  readonly rows: readonly number[]
  readonly teachers: readonly Compared[]
  readonly students: readonly Compared[]
  readonly temperature: number
}

/** The samples on which teacher and (first) student disagree most, by the total variation distance of their probabilities at T = 1,
 *  with every model's logits. Null: they agree everywhere. */
export function lensExhibit(options: LensOptions): ExhibitInput | null {
  const { id, manifest, head, h, rows, teachers, students, temperature } = options
  const classes = head.classes.length
  const answersOf = (models: readonly Compared[]) => models.map(({ answers }) => gather(answers[h]!, rows, classes))
  const [taught, taughtBy] = [answersOf(students.slice(0, 1)), answersOf(teachers)]
  const [p, q] = [softTargets(taughtBy, classes, 1), softTargets(taught, classes, 1)]
  const distance = disagreement(p, q, classes)
  const order = [...rows.keys()].filter((i) => distance[i]! > 1e-6).sort((a, b) => distance[b]! - distance[a]! || a - b)
  if (order.length === 0) return null
  const different = order.filter((i) => argmaxAt(p, i * classes, classes) !== argmaxAt(q, i * classes, classes)).length
  const models = [...teachers, ...students]
  const row = (i: number) => {
    const item = manifest.items[rows[i]!]!
    const target = item.targets[h] ?? null
    return {
      itemId: item.id,
      name: item.name,
      expected: target === null ? null : (head.classes[target] ?? null),
      logits: models.map(({ answers }) => [...answers[h]!.subarray(rows[i]! * classes, (rows[i]! + 1) * classes)]),
    }
  }
  return {
    kind: 'lens',
    id,
    title: 'Where teacher and student disagree',
    words: `They name different classes for ${different} of ${rows.length} samples (${percent(different / rows.length)}). The samples whose probabilities differ most come first.`,
    classes: [...head.classes],
    models: models.map(({ name }) => name),
    temperature,
    rows: order.slice(0, MOST).map(row),
  }
}
