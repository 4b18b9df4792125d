import { indicator, presentClasses } from './classes.ts'
import { leftProjections } from './left-projections.ts'
import type { Matrix } from './matrix.ts'

/** Logarithm of maximum evidence per sample: how well Bayesian linear regression on the features explains the one-hot labels, averaged over
 *  the classes that occur. Paper: You et al., LogME, ICML 2021, arXiv 2102.11005, section 4.2, with the fixed point iteration of its
 *  extension, JMLR 2022, arXiv 2110.10545, algorithm 3. Departs from the authors' default code, which sums log(alpha + beta s^2) over the
 *  rank k only: the D - k directions without data each give log(alpha) too, without which models of different D cannot be compared where
 *  N < D or features are dead.
 *  @param features (N, D)
 *  @param labels N class indices */
export function logMe(features: Matrix, labels: ArrayLike<number>): number {
  const targets = presentClasses(labels).map((c) => indicator(labels, c))
  return logMeOfTargets(features, targets)
}

/** The same for targets that are numbers (regression; standardise them first), averaged over the targets. */
export function logMeOfTargets(features: Matrix, targets: readonly Float64Array[]): number {
  const { squares, projections } = leftProjections(features, targets)
  const sum = targets.reduce((total, y, i) => {
    const norm = y.reduce((a, b) => a + b * b, 0)
    return total + maximumEvidence({ ...features, squares, projected: projections[i]!, norm })
  }, 0)
  return sum / targets.length
}

interface Problem {
  /** N and D */
  readonly rows: number
  readonly columns: number
  readonly squares: Float64Array
  readonly projected: Float64Array
  /** |y|^2 */
  readonly norm: number
}

/** The authors stop after 11 or at 1e-3 of alpha / beta, which is enough to rank; this many reach the maximum itself. */
const ITERATIONS = 500
const TOLERANCE = 1e-9
/** alpha / beta beyond these is infinite, or zero, for every purpose: features that say nothing, or all. */
const SMALLEST = 1e-14
const LARGEST = 1e14

/** max over alpha, beta of ln p(y | F, alpha, beta) / N with prior w ~ N(0, I / alpha) and noise N(0, 1 / beta). t = alpha / beta is
 *  iterated; |m|^2 and the residual are recomputed for the last alpha and beta, so that the value is the evidence at them exactly. */
function maximumEvidence(problem: Problem): number {
  let t = 1
  let at = precisions(problem, t)
  for (let i = 0; i < ITERATIONS; i++) {
    const next = Math.min(LARGEST, Math.max(SMALLEST, at.alpha / at.beta))
    const change = Math.abs(next - t) / t
    t = next
    at = precisions(problem, t)
    if (change < TOLERANCE) break
  }
  return evidence(problem, at)
}

interface Precisions {
  readonly alpha: number
  readonly beta: number
}

/** gamma = sum s^2 / (s^2 + t), alpha = gamma / |m|^2, beta = (N - gamma) / |F m - y|^2 (arXiv 2110.10545, equations of algorithm 3). */
function precisions(problem: Problem, t: number): Precisions {
  const gamma = problem.squares.reduce((sum, s2) => sum + s2 / (s2 + t), 0)
  const { weights, residual } = posterior(problem, t)
  // Never 0: labels that features explain to the last bit would make the evidence infinite.
  const noise = Math.max(residual, Number.EPSILON * problem.norm)
  const alpha = gamma / Math.max(weights, Number.MIN_VALUE)
  return { alpha: Math.max(alpha, Number.MIN_VALUE), beta: Math.max(problem.rows - gamma, 1e-9) / noise }
}

/** |m|^2 and |F m - y|^2 of the posterior mean. */
function posterior({ squares, projected, norm }: Problem, t: number): { weights: number; residual: number } {
  let weights = 0
  let residual = norm
  for (const [k, s2] of squares.entries()) {
    const x2 = projected[k]! ** 2
    weights += (s2 * x2) / (t + s2) ** 2
    residual += x2 / (1 + s2 / t) ** 2 - x2
  }
  return { weights, residual: Math.max(residual, 0) }
}

/** ln p(y | F, alpha, beta) / N, arXiv 2102.11005 equation (2). */
function evidence(problem: Problem, { alpha, beta }: Precisions): number {
  const { rows: n, columns: d, squares } = problem
  const { weights, residual } = posterior(problem, alpha / beta)
  const seen = squares.reduce((sum, s2) => sum + Math.log(alpha + beta * s2), 0)
  const unseen = (d - squares.length) * Math.log(alpha)
  const fit = (beta / 2) * residual + (alpha / 2) * weights
  const norm = (d / 2) * Math.log(alpha) + (n / 2) * Math.log(beta) - (n / 2) * Math.log(2 * Math.PI)
  return (norm - (seen + unseen) / 2 - fit) / n
}
