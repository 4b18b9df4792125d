import { indicator, presentClasses } from './classes.ts'
import { leftProjections } from './left-projections.ts'
import { centred, type Matrix } from './matrix.ts'

export interface HScore {
  readonly value: number
  /** Ledoit and Wolf's share of the scaled identity in the covariance; 0: not regularised. */
  readonly shrinkage: number
}

/** Below so many samples per feature the sample covariance is too uncertain to be inverted. */
export const SAMPLES_PER_FEATURE = 5

/** H-score: tr(cov(f)^+ cov(E[f | y])), the larger the better classes are apart. Paper: Bao et al., ICIP 2019, arXiv 2212.10082,
 *  definition 2. With N < 5 D the regularised one: cov(f) is shrunk to (1 - a) S + a mu I and the whole is multiplied by 1 - a (Ibrahim et
 *  al., 2021, arXiv 2110.06893, equation 5), where a is Ledoit and Wolf's (Journal of Multivariate Analysis 2004).
 *  Population covariances, as in scikit-learn's LedoitWolf.
 *  @param features (N, D)
 *  @param labels N class indices
 *  @param regularise absent: where N < 5 D */
export function hScore(features: Matrix, labels: ArrayLike<number>, regularise?: boolean): HScore {
  const { rows: n, columns: d } = features
  const classes = presentClasses(labels)
  const indicators = classes.map((c) => indicator(labels, c))
  const f = centred(features)
  const { squares, projections } = leftProjections(f, indicators)
  const shrinkage = (regularise ?? n < SAMPLES_PER_FEATURE * d) ? ledoitWolf(f, squares) : 0
  const mu = squares.reduce((a, b) => a + b, 0) / n / d
  // In the coordinates of V: mean of class c is s_k (u_k . 1_c) / n_c, and cov(E[f | y]) = sum_c (n_c / n) m_c m_c^T.
  let trace = 0
  for (const [c, projected] of projections.entries()) {
    const count = indicators[c]!.reduce((a, b) => a + b, 0)
    for (const [k, s2] of squares.entries()) {
      const variance = (1 - shrinkage) * (s2 / n) + shrinkage * mu
      trace += (s2 * projected[k]! ** 2) / (count * n * variance)
    }
  }
  return { value: (1 - shrinkage) * trace, shrinkage }
}

/** Ledoit and Wolf's optimal shrinkage of the covariance of centred F (N x D) towards mu I, 0..1.
 *  @param squares F's squared singular values */
export function ledoitWolf(f: Matrix, squares: Float64Array): number {
  const { rows: n, columns: d, values } = f
  const trace = squares.reduce((a, b) => a + b, 0) / n
  const frobenius = squares.reduce((sum, s2) => sum + s2 * s2, 0) / n ** 2
  let fourth = 0
  for (let i = 0; i < n; i++) {
    let norm = 0
    for (let j = 0; j < d; j++) norm += values[i * d + j]! ** 2
    fourth += norm ** 2
  }
  const spread = (frobenius - trace ** 2 / d) / d
  const error = (fourth / n - frobenius) / (d * n)
  return spread <= 0 ? 0 : Math.max(0, Math.min(error, spread)) / spread
}
