import { expect, test } from 'vitest'
import { descend, type Standing } from '../../../../../src-main/learning/labelling/head/descent.ts'

const FROM: Standing = { x: new Float64Array(6), pairs: [], steepest: null }

/** Ill-conditioned, with its minimum at `to`; counts how often it is asked. */
function quadratic(to: (i: number) => number) {
  const asked = { times: 0 }
  const objective = (x: Float64Array) => {
    asked.times += 1
    return {
      value: x.reduce((sum, v, i) => sum + 0.5 * 5 ** i * (v - to(i)) ** 2, 0),
      gradient: x.map((v, i) => 5 ** i * (v - to(i))),
    }
  }
  return { objective, asked }
}

const LATER = { tolerance: 1e-8, until: Infinity }

test('a minimum that has moved is found sooner with what was known of the curvature', () => {
  const first = descend(quadratic((i) => i).objective, FROM, LATER)
  expect(first.isConverged).toBe(true)
  first.x.forEach((value, i) => expect(value).toBeCloseTo(i, 6))
  const again = quadratic((i) => i + 0.1)
  const known = descend(again.objective, first, LATER)
  const { times } = again.asked
  const forgotten = descend(again.objective, { ...first, pairs: [] }, LATER)
  known.x.forEach((value, i) => expect(value).toBeCloseTo(forgotten.x[i]!, 6))
  expect(times).toBeLessThan(0.7 * (again.asked.times - times))
})

test('out of time it takes one step, says how steep it still is, and goes on from there', () => {
  const { objective } = quadratic((i) => i)
  let at = descend(objective, FROM, { tolerance: 1e-8, until: -Infinity })
  expect(at.isConverged).toBe(false)
  expect(at.pairs).toHaveLength(1)
  expect(at.steepness).toBeGreaterThan(0.01)
  const { steepest } = at
  let rounds = 1
  while (!at.isConverged && ++rounds < 200) at = descend(objective, at, { tolerance: 1e-8, until: -Infinity })
  expect(at.isConverged).toBe(true)
  expect(at.steepest).toBe(steepest)
  expect(at.steepness).toBeLessThan(1e-9)
})

test('curvature that leads uphill is forgotten', () => {
  const wrong = { s: Float64Array.of(1, 0, 0, 0, 0, 0), y: Float64Array.of(-1, 0, 0, 0, 0, 0), rho: -1 }
  const found = descend(quadratic((i) => i).objective, { ...FROM, pairs: [wrong] }, LATER)
  found.x.forEach((value, i) => expect(value).toBeCloseTo(i, 6))
})
