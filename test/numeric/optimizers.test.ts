import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { optimizers } from '../../src-main/learning/optimizers/index.ts'
import type { Scalar, Tensor } from '../../src-main/learning/runtime.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference/optimizers.json', import.meta.url), 'utf8'),
) as {
  a: number[]
  b: number[]
  w0: number[]
} & Record<string, number[][]>

const CASES = [
  { key: 'sgd(lr=0.1)', type: 'sgd', values: { momentum: 0 }, rate: 0.1 },
  { key: 'sgd(lr=0.1,momentum=0.9)', type: 'sgd', values: { momentum: 0.9 }, rate: 0.1 },
  { key: 'sgd(lr=0.1,momentum=0.9,nesterov)', type: 'sgd', values: { momentum: 0.9, nesterov: true }, rate: 0.1 },
  { key: 'sgd(lr=0.1,momentum=0.9,weight_decay=0.01)', type: 'sgd', values: { weightDecay: 0.01 }, rate: 0.1 },
  { key: 'adam(lr=0.1,b1=0.9,b2=0.999,eps=1e-8)', type: 'adam', values: {}, rate: 0.1 },
  { key: 'adamw(lr=0.1,weight_decay=0.01)', type: 'adamw', values: { weightDecay: 0.01 }, rate: 0.1 },
  { key: 'rmsprop(lr=0.01,alpha=0.99,eps=1e-8)', type: 'rmsprop', values: {}, rate: 0.01 },
]

test.each(CASES)('$key takes PyTorch’s ten steps', ({ key, type, values, rate }) => {
  const { tf } = nativeRuntime()
  const row = optimizers.find((each) => each.type === type)!
  const rule = row.rule(row.params.schema.parse(values))
  const before = tf.memory().numTensors
  const a = tf.tensor1d(reference.a)
  const b = tf.tensor1d(reference.b)
  let weight: Tensor = tf.tensor1d(reference.w0)
  let slots: Tensor[] = rule.slots.map(() => tf.zerosLike(weight))
  for (const [i, wanted] of reference[key]!.entries()) {
    const held = [weight, ...slots]
    const next = tf.tidy(() => {
      const gradient = tf.add(tf.sub(tf.mul(a, weight), b), 0.1 * Math.sin(i))
      const scalars = rule.scalars(i + 1).map((value) => tf.scalar(value) as Scalar)
      const result = rule.update(tf, { weight, gradient, slots, learningRate: tf.scalar(rate), scalars })
      return [result.weight, ...result.slots]
    })
    for (const tensor of held) tensor.dispose()
    ;[weight, ...slots] = next as [Tensor, ...Tensor[]]
    // float32 on both sides: ten steps round by a few units in the last place of numbers up to 3.
    expect(largestDifference(weight.dataSync(), wanted)).toBeLessThan(5e-6)
  }
  for (const tensor of [a, b, weight, ...slots]) tensor.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
