import type { Runtime } from '../../runtime.ts'
import { pooled } from '../features/pooled.ts'
import type { Samples } from '../data/training-data.ts'
import { fitLogistic } from '../../probes/logistic-regression.ts'
import type { Matrix } from '../../transferability/matrix.ts'

/** What heads are fitted to and compared on. */
export interface HeadTask {
  readonly classes: number
  /** Class index per row; NaN: none. */
  readonly targets: Float64Array
  /** Rows with a class. */
  readonly fitted: readonly number[]
  readonly compared: readonly number[]
}

const BATCH = 256

/** The classes that a linear head gives the compared rows: multinomial logistic regression by L-BFGS to convergence on the fitted rows' features of this very
 *  precision, standardised, with C = 1 (probes/logistic-regression.ts). Maps and tokens are averaged over their places, as feature extraction does.
 *  It depends on no seed: two precisions' heads differ by their features alone. */
export async function headAnswers(
  { tf }: Pick<Runtime, 'tf'>,
  samples: Samples,
  { classes, targets, fitted, compared }: HeadTask,
): Promise<Int32Array> {
  const labels = fitted.map((row) => targets[row]!)
  const head = fitLogistic(tf, await matrixOf(samples, fitted), labels, { classes })
  return head.predict(await matrixOf(samples, compared))
}

/** Share of rows for which both heads give the same class. */
export function sameAnswers(a: Int32Array, b: Int32Array): number {
  return a.filter((answer, i) => answer === b[i]).length / a.length
}

/** Share of right answers; null: no row has a class. */
export function accuracyOf(answers: Int32Array, { compared, targets }: HeadTask): number | null {
  const labelled = compared.flatMap((row, i) => (Number.isNaN(targets[row]!) ? [] : [{ row, i }]))
  if (labelled.length === 0) return null
  return labelled.filter(({ row, i }) => answers[i] === targets[row]).length / labelled.length
}

async function matrixOf(samples: Samples, rows: readonly number[]): Promise<Matrix> {
  let all: Matrix | null = null
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH)
    const { columns, values } = pooled((await samples.load(batch, null)) as Float32Array, batch.length, samples.shape)
    all ??= { rows: rows.length, columns, values: new Float32Array(rows.length * columns) }
    all.values.set(values, at * columns)
  }
  if (all === null) throw new Error('a head needs rows')
  return all
}
