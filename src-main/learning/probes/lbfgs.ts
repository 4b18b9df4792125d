import { addScaled, type CurvaturePair, difference, dot, quasiNewtonDirection, remembered } from './curvature.ts'

export interface Minimum {
  readonly x: Float64Array
  readonly value: number
  readonly iterations: number
}

export interface LbfgsOptions {
  /** Default 200. */
  readonly iterations?: number
  /** Ends when no gradient entry is larger. Default 1e-4, as scikit-learn's LogisticRegression. */
  readonly tolerance?: number
  /** Pairs that are remembered; default 10, as scipy's. */
  readonly memory?: number
}

export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
}

/** A point that is to be evaluated next, and the iterations that are over by then. */
export interface Trial {
  readonly x: Float64Array
  readonly iterations: number
}

/** Limited-memory BFGS with a backtracking line search: for smooth convex functions, deterministic. Paper: Liu, Nocedal, Mathematical
 *  Programming 1989; the two loops are algorithm 7.4 of Nocedal, Wright, Numerical Optimization. */
export function lbfgs(
  objective: (x: Float64Array) => Evaluation,
  start: Float64Array,
  options: LbfgsOptions = {},
): Minimum {
  const search = lbfgsTrials(start, options)
  for (let next = search.next(); ; next = search.next(objective(next.value.x)))
    if (next.done === true) return next.value
}

/** The same, evaluated by whoever runs it: yields points, takes value and gradient there. For objectives that wait for the disk, and to
 *  leave between two evaluations. */
export function* lbfgsTrials(start: Float64Array, options: LbfgsOptions = {}): Generator<Trial, Minimum, Evaluation> {
  const { iterations = 200, tolerance = 1e-4, memory = 10 } = options
  let pairs: readonly CurvaturePair[] = []
  let x = start
  let flattest = Infinity
  let stalled = 0
  let { value, gradient } = yield { x, iterations: 0 }
  for (let i = 0; i < iterations; i++) {
    if (largest(gradient) <= tolerance) return { x, value, iterations: i }
    const direction = quasiNewtonDirection(pairs, gradient)
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    const found = yield* lineSearch(i, { x, value, slope: dot(gradient, direction), direction, first })
    // Rounding allows no further descent.
    if (found === null) return { x, value, iterations: i }
    const steepness = largest(found.gradient)
    stalled = steepness < flattest ? 0 : stalled + 1
    flattest = Math.min(flattest, steepness)
    if (found.value >= value && stalled >= STALLED) return { x, value, iterations: i }
    pairs = remembered(pairs, memory, difference(found.x, x), difference(found.gradient, gradient))
    ;({ x, value, gradient } = found)
  }
  return { x, value, iterations }
}

/** Iterations without a flatter point before rounding is all that is left. */
const STALLED = 5

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const SUFFICIENT = 1e-4
const STEEP = 0.9
/** Where values differ by no more, their slopes decide: the approximate Wolfe conditions of Hager, Zhang, SIAM J. Optim. 2005, equation 2.6. Near a
 *  minimum single precision still tells slopes apart when it no longer does values. */
const ROUNDING = 1e-7
const HALVINGS = 20

function* lineSearch(
  iterations: number,
  from: { x: Float64Array; value: number; slope: number; direction: Float64Array; first: number },
): Generator<Trial, (Evaluation & { x: Float64Array }) | null, Evaluation> {
  let step = from.first
  for (let i = 0; i < HALVINGS; i++) {
    const x = from.x.slice()
    addScaled(x, from.direction, step)
    const { value, gradient } = yield { x, iterations }
    if (value <= from.value + SUFFICIENT * step * from.slope && value < from.value) return { x, value, gradient }
    if (value <= from.value + ROUNDING * Math.abs(from.value)) {
      const slope = dot(gradient, from.direction)
      if (slope <= (2 * SUFFICIENT - 1) * from.slope && slope >= STEEP * from.slope) return { x, value, gradient }
    }
    step /= 2
  }
  return null
}
