/** A step and how the gradient changed along it: what L-BFGS knows of the curvature. */
export interface CurvaturePair {
  readonly s: Float64Array
  readonly y: Float64Array
  readonly rho: number
}

/** The newest `memory` pairs, newest last. One of negative curvature, which only rounding makes of a convex function, is left out. */
export function remembered(
  pairs: readonly CurvaturePair[],
  memory: number,
  s: Float64Array,
  y: Float64Array,
): readonly CurvaturePair[] {
  const curvature = dot(s, y)
  return curvature <= 1e-10 * dot(y, y) ? pairs : [...pairs, { s, y, rho: 1 / curvature }].slice(-memory)
}

/** -H g, where H is the inverse Hessian that the pairs make (algorithm 7.4 of Nocedal, Wright, Numerical Optimization); -g without a pair. */
export function quasiNewtonDirection(pairs: readonly CurvaturePair[], gradient: Float64Array): Float64Array {
  const q = gradient.map((g) => -g)
  const alphas = pairs.map(() => 0)
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!
    alphas[i] = rho * dot(s, q)
    addScaled(q, y, -alphas[i]!)
  }
  const last = pairs.at(-1)
  if (last !== undefined) scale(q, 1 / (last.rho * dot(last.y, last.y)))
  pairs.forEach(({ s, y, rho }, i) => addScaled(q, s, alphas[i]! - rho * dot(y, q)))
  return q
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

export function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!
}

export function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor
}

export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!)
}
