import { expect, test } from 'vitest'
import { startingPointPenalty } from '../../src-main/learning/strategies/fine-tuning/starting-point.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()

function weights(values: Record<string, readonly number[]>, still: readonly string[] = []) {
  const entries = Object.entries(values).map(([name, all]) => {
    const start = tf.tensor1d([...all])
    const variable = tf.variable(start, !still.includes(name))
    start.dispose()
    return [name, variable] as const
  })
  return new Map(entries)
}

const START = new Map([['a/kernel', { shape: [2], values: Float32Array.of(1, -1) }]])
const LAYERS = { reused: new Set(['a']), fresh: new Set(['head']), alpha: 0.1, beta: 0.01 }

test('alpha/2 ||w - w0||^2 + beta/2 ||w_head||^2, and nothing else', () => {
  const all = weights({ 'a/kernel': [2, 1], 'a/moving_mean': [9, 9], 'head/bias': [3, 0], 'frozen/kernel': [7, 7] }, [
    'a/moving_mean',
  ])
  const value = tf.tidy(() => startingPointPenalty(tf, all, START, LAYERS).dataSync()[0]!)
  // .05 * (1 + 4) + .005 * 9
  expect(value).toBeCloseTo(0.295, 6)
  all.forEach((variable) => variable.dispose())
})

test('its gradient is alpha (w - w0) and beta w_head', () => {
  const all = weights({ 'a/kernel': [2, 1], 'head/bias': [3, 0] })
  const variables = [...all.values()]
  const gradients = tf.tidy(() => {
    const { grads } = tf.variableGrads(() => startingPointPenalty(tf, all, START, LAYERS), variables)
    return variables.map(({ name }) => [...grads[name]!.dataSync()])
  })
  expect(largestDifference(gradients[0]!, [0.1, 0.2])).toBeLessThan(1e-6)
  expect(largestDifference(gradients[1]!, [0.03, 0])).toBeLessThan(1e-6)
  all.forEach((variable) => variable.dispose())
})
