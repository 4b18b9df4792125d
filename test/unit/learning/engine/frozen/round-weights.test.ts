import { expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { inverseFactor as factorInTurns } from '../../../../../src-main/learning/engine/frozen/inverse-factor.ts'
import { roundWeights as roundInTurns } from '../../../../../src-main/learning/engine/frozen/round-weights.ts'
import { resultOf } from '../../../../support/result-of.ts'

/** Of a matrix that is kept. */
const inverseFactor = (of: Float64Array, size: number) => resultOf(factorInTurns(of.slice(), size))
const roundWeights = (...given: Parameters<typeof roundInTurns>) => resultOf(roundInTurns(...given))

const SIZE = 6
const random = seededRandom(4, 'weights')
/** Inputs that mostly move together. */
const inputs = Array.from({ length: 400 }, () => {
  const shared = random() * 4 - 2
  return Array.from({ length: SIZE }, (_, i) => shared * (1 + i / 10) + (random() - 0.5))
})
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const means = Array.from({ length: SIZE }, (_, i) => mean(inputs.map((x) => x[i]!)))
const covariance = Float64Array.from({ length: SIZE * SIZE }, (_, at) => {
  const [i, j] = [Math.floor(at / SIZE), at % SIZE]
  return mean(inputs.map((x) => (x[i]! - means[i]!) * (x[j]! - means[j]!)))
})

test('weights that are rounded together are off by less than those rounded each by itself', () => {
  const factor = inverseFactor(covariance, SIZE)!
  const errors = Array.from({ length: 50 }, () => {
    const weights = Float64Array.from({ length: SIZE }, () => random() * 2 - 1)
    const offBy = (q: ArrayLike<number>) =>
      mean(inputs.map((x) => Array.from(q).reduce((sum, each, i) => sum + (each * 0.1 - weights[i]!) * (x[i]! - means[i]!), 0) ** 2)) // prettier-ignore
    return [
      offBy(roundWeights(weights, Float64Array.of(0.1), 127, factor)),
      offBy(weights.map((each) => Math.round(each / 0.1))),
    ]
  })
  expect(mean(errors.map(([together]) => together!))).toBeLessThan(0.4 * mean(errors.map(([, alone]) => alone!)))
})

test('what does not go together is rounded by itself, within its ends', () => {
  const apart = Float64Array.from([1, 0, 0, 0, 2, 0, 0, 0, 3])
  const rounded = roundWeights(
    Float64Array.from([0.26, -0.31, 99]),
    Float64Array.of(0.1),
    127,
    inverseFactor(apart, 3)!,
  )
  expect([...rounded]).toEqual([3, -3, 127])
})

test('an output’s weights are rounded alike whatever is rounded beside it, each in its own steps', () => {
  const factor = inverseFactor(covariance, SIZE)!
  const weights = Float64Array.from({ length: 7 * SIZE }, () => random() * 2 - 1)
  const steps = Float64Array.from({ length: 7 }, (_, i) => 0.05 + i / 50)
  const alone = Array.from(steps, (step, i) => [
    ...roundWeights(weights.slice(i * SIZE, (i + 1) * SIZE), Float64Array.of(step), 127, factor),
  ])
  expect([...roundWeights(weights, steps, 127, factor)]).toEqual(alone.flat())
})
