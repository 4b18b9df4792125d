import { mean, sampleSd } from './describe.ts'

/** Natural logarithm of the gamma function, x > 0. Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients);
 *  relative error below 1e-14 for x >= 0.5. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  const series = LANCZOS.reduce((sum, coefficient, k) => sum + (k === 0 ? coefficient : coefficient / (z + k)), 0)
  const t = z + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series)
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** Regularised incomplete beta function I_x(a, b), 0 <= x <= 1. Continued fraction by Lentz' method: Press et al., "Numerical
 *  Recipes", section 6.4; DLMF 8.17.22. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  // The fraction converges fast on this side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return (front * betaFraction(x, a, b)) / a
}

function betaFraction(x: number, a: number, b: number): number {
  const nonZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value)
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return fraction
}

/** P(|T| >= |t|) of Student's t distribution: I_{df / (df + t^2)}(df / 2, 1 / 2) (Abramowitz and Stegun 26.5.27, 26.7.1). */
export function twoSidedP(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5)
}

/** The t with P(|T| <= t) = confidence, by bisection on `twoSidedP`, which falls with t. */
export function tCritical(confidence: number, df: number): number {
  const wanted = 1 - confidence
  let high = 1
  while (twoSidedP(high, df) > wanted) high *= 2
  let low = 0
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2
    if (twoSidedP(middle, df) > wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export interface MeanInterval {
  readonly count: number
  readonly mean: number
  /** null for a single value: it says nothing about its spread. */
  readonly sd: number | null
  /** Half the width of the confidence interval of the mean: t * sd / sqrt(n). null for a single value. */
  readonly half: number | null
}

/** Student's confidence interval of a mean ("The probable error of a mean", Biometrika 1908). */
export function meanInterval(values: readonly number[], confidence = 0.95): MeanInterval {
  const count = values.length
  if (count < 2) return { count, mean: mean(values), sd: null, half: null }
  const sd = sampleSd(values)
  return { count, mean: mean(values), sd, half: (tCritical(confidence, count - 1) * sd) / Math.sqrt(count) }
}
