import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import type { Tf } from '../runtime.ts'
import type { Matrix } from '../transferability/matrix.ts'
import { fitLogistic } from './logistic-regression.ts'

export interface ProbeScore {
  /** Share of right answers on folds that were left out. */
  readonly accuracy: number
  /** Standard error of the mean over folds. */
  readonly error: number
  readonly folds: number
}

export interface ProbeOptions {
  readonly seed: number
  /** Default 5; fewer where the smallest class has fewer samples. */
  readonly folds?: number
  readonly c?: number
}

/** Accuracy of a linear probe by stratified cross-validation. `labels` are class indices; each class that occurs has at least two
 *  samples. `between` is awaited after each fold. */
export async function probeAccuracy(
  tf: Tf,
  features: Matrix,
  labels: readonly number[],
  options: ProbeOptions,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<ProbeScore> {
  const present = [...new Set(labels)].sort((a, b) => a - b)
  const dense = labels.map((label) => present.indexOf(label))
  const smallest = Math.min(...present.map((label) => labels.filter((each) => each === label).length))
  const folds = Math.max(2, Math.min(options.folds ?? 5, smallest))
  const foldOf = stratifiedFolds(dense, folds, options.seed)
  const scores: number[] = []
  for (let fold = 0; fold < folds; fold++) {
    const train = [...dense.keys()].filter((i) => foldOf[i] !== fold)
    const test = [...dense.keys()].filter((i) => foldOf[i] === fold)
    const c = options.c === undefined ? {} : { c: options.c }
    const of = (rows: readonly number[]) => rows.map((row) => dense[row]!)
    const model = fitLogistic(tf, rowsOf(features, train), of(train), { classes: present.length, ...c })
    const predicted = model.predict(rowsOf(features, test))
    scores.push(test.filter((row, i) => predicted[i] === dense[row]).length / test.length)
    await between()
  }
  const mean = scores.reduce((a, b) => a + b, 0) / folds
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (folds - 1)
  return { accuracy: mean, error: Math.sqrt(variance / folds), folds }
}

/** Fold of each sample: every class is spread evenly, in an order that the seed draws. */
export function stratifiedFolds(labels: readonly number[], folds: number, seed: number): number[] {
  const order = shuffle([...labels.keys()], seededRandom(seed, 'folds'))
  const sorted = [...order].sort((a, b) => labels[a]! - labels[b]!)
  const result = new Array<number>(labels.length)
  sorted.forEach((sample, place) => (result[sample] = place % folds))
  return result
}

/** Some rows of a matrix. */
export function rowsOf({ columns, values }: Matrix, rows: readonly number[]): Matrix {
  const result = new Float32Array(rows.length * columns)
  rows.forEach((row, i) => result.set(values.subarray(row * columns, (row + 1) * columns), i * columns))
  return { rows: rows.length, columns, values: result }
}
