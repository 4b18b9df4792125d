import {
  addScaled,
  type CurvaturePair,
  difference,
  dot,
  quasiNewtonDirection,
  remembered,
  scale,
} from '../../probes/curvature.ts'

/** Where a minimisation stands: it can be left and taken up again, also for an objective that has changed a little meanwhile. */
export interface Standing {
  readonly x: Float64Array
  /** Newest last. */
  readonly pairs: readonly CurvaturePair[]
  /** Length of the gradient where it began; null: it has not. */
  readonly steepest: number | null
}

export interface Descent extends Standing {
  readonly isConverged: boolean
  /** Length of the gradient here, as a share of what it was in the beginning. */
  readonly steepness: number
}

type Objective = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array }

export interface DescentOptions {
  /** Ends when no gradient entry is larger. */
  readonly tolerance: number
  /** By performance.now(): after it no step is begun. One step is taken at least. */
  readonly until: number
}

const MEMORY = 10
const SUFFICIENT = 1e-4
/** Each costs a pass over the labels; a step that has to be shorter than 2^-12 is lost in rounding. */
const HALVINGS = 12

/** L-BFGS (Liu, Nocedal 1989; algorithm 7.4 of Nocedal, Wright) that goes on from where it was left, with what it knew of the curvature: the
 *  one after a new label needs a few steps, where `probes/lbfgs.ts` would first have to learn how long a step may be. What it knew
 *  of an objective that has changed is forgotten as soon as it leads nowhere. */
export function descend(objective: Objective, from: Standing, { tolerance, until }: DescentOptions): Descent {
  let { x, pairs } = from
  let { value, gradient } = objective(x)
  const steepest = from.steepest ?? lengthOf(gradient)
  const at = (isConverged: boolean) => ({ x, pairs, isConverged, steepest, steepness: lengthOf(gradient) / steepest })
  for (let steps = 0; ; steps++) {
    if (gradient.every((g) => Math.abs(g) <= tolerance)) return at(true)
    if (steps > 0 && performance.now() >= until) return at(false)
    const direction = quasiNewtonDirection(pairs, gradient)
    if (pairs.length === 0) scale(direction, Math.min(1, 1 / lengthOf(direction)))
    const found = lineSearch(objective, { x, value, gradient, direction })
    if (found === null) {
      // Rounding allows no further descent.
      if (pairs.length === 0) return at(true)
      pairs = []
      continue
    }
    pairs = remembered(pairs, MEMORY, difference(found.x, x), difference(found.gradient, gradient))
    ;({ x, value, gradient } = found)
  }
}

interface Place {
  readonly x: Float64Array
  readonly value: number
  readonly gradient: Float64Array
}

/** Backtracking; null: nothing on the way is lower. */
function lineSearch(objective: Objective, from: Place & { readonly direction: Float64Array }): Place | null {
  const slope = dot(from.gradient, from.direction)
  if (slope >= 0) return null
  for (let i = 0, step = 1; i < HALVINGS; i++, step /= 2) {
    const x = from.x.slice()
    addScaled(x, from.direction, step)
    const { value, gradient } = objective(x)
    if (value <= from.value + SUFFICIENT * step * slope) return value < from.value ? { x, value, gradient } : null
  }
  return null
}

const lengthOf = (a: Float64Array) => Math.sqrt(dot(a, a))
