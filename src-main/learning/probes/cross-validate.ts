import { seededRandom, shuffle } from '../../base/seeded-random.ts'
import type { Tf } from '../runtime.ts'
import type { Matrix } from '../transferability/matrix.ts'
import { fitLogistic, type LogisticModel } from './logistic-regression.ts'

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

/** Strengths that are tried, from the strongest penalty: powers of ten, as scikit-learn's LogisticRegressionCV has them. */
const STRENGTHS = [1e-4, 1e-3, 1e-2, 1e-1, 1]

/** What a linear head says of samples that it was not fitted to, by stratified cross-validation. The strength of its penalty is the one with
 *  the smallest cross-entropy on the first fold. Folds are evaluated in turn; `between` is awaited after each, with how many are done.
 *  @param rows of `features`, N; `labels` are their class indices below `classes`, each with at least two
 *  @returns (N, classes), softmax */
export async function crossValidatedProbabilities(
  tf: Tf,
  features: Matrix,
  rows: readonly number[],
  labels: readonly number[],
  options: { readonly classes: number; readonly seed: number; readonly folds: number },
  between: (done: number) => Promise<void> = () => Promise.resolve(),
): Promise<Float32Array> {
  const { classes, seed } = options
  const folds = Math.min(options.folds, labels.length)
  const foldOf = stratifiedFolds(labels, folds, seed)
  const result = new Float32Array(rows.length * classes)
  let c: number | null = null
  for (let fold = 0; fold < folds; fold++) {
    const samples = (isTest: boolean): number[] => [...labels.keys()].filter((i) => (foldOf[i] === fold) === isTest)
    const of = (chosen: readonly number[]): Matrix =>
      rowsOf(
        features,
        chosen.map((i) => rows[i]!),
      )
    const [train, test] = [samples(false), samples(true)]
    const [x, y] = [of(train), train.map((i) => labels[i]!)]
    const left = { features: of(test), labels: test.map((i) => labels[i]!) }
    const found: Chosen =
      c === null ? chooseStrength(tf, x, y, classes, left) : predicted(fitLogistic(tf, x, y, { classes, c }), left, c)
    c = found.c
    test.forEach((i, at) => result.set(found.probabilities.subarray(at * classes, (at + 1) * classes), i * classes))
    await between(fold + 1)
  }
  return result
}

interface Chosen {
  readonly c: number
  readonly probabilities: Float32Array
  /** Mean cross-entropy on what was left out. */
  readonly loss: number
}

interface LeftOut {
  readonly features: Matrix
  readonly labels: readonly number[]
}

function predicted(model: LogisticModel, { features, labels }: LeftOut, c: number): Chosen {
  const probabilities = model.probabilities(features)
  const classes = probabilities.length / labels.length
  const surprise = labels.map((label, i) => -Math.log(Math.max(1e-12, probabilities[i * classes + label]!)))
  return { c, probabilities, loss: surprise.reduce((a, b) => a + b, 0) / labels.length }
}

/** Each fit begins where that of the stronger penalty ended; ends once the loss has grown. */
function chooseStrength(tf: Tf, x: Matrix, y: readonly number[], classes: number, left: LeftOut): Chosen {
  let best: Chosen | null = null
  let start: Float64Array | undefined
  for (const c of STRENGTHS) {
    const model = fitLogistic(tf, x, y, { classes, c, ...(start === undefined ? {} : { start }) })
    start = model.parameters
    const found = predicted(model, left, c)
    if (best !== null && found.loss > best.loss) break
    best = found
  }
  return best!
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
