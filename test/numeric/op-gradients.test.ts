import { expect, test } from 'vitest'
import { dropout } from '../../src-main/learning/ops/dropout.ts'
import { softmaxCrossEntropy } from '../../src-main/learning/ops/softmax-cross-entropy.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { checkGradient, OP_CASES } from '../support/op-cases.ts'

test.each(OP_CASES)('$name: the native gradient is the numeric one', (entry) =>
  checkGradient(nativeRuntime().tf, entry),
)

test('dropout keeps its expectation and depends on seed and step alone', () => {
  const { tf } = nativeRuntime()
  const run = (seed: number, step: number) =>
    tf.tidy(() =>
      dropout(tf, tf.ones([1000]), 0.3, seed, tf.scalar(step, 'int32'))
        .dataSync()
        .slice(),
    )
  const first = run(1, 5)
  const kept = first.filter((value) => value > 0)
  expect(kept.length / 1000).toBeGreaterThan(0.65)
  expect(kept.length / 1000).toBeLessThan(0.75)
  expect(kept[0]).toBeCloseTo(1 / 0.7, 5)
  expect(run(1, 5)).toEqual(first)
  expect(run(1, 6)).not.toEqual(first)
  expect(run(2, 5)).not.toEqual(first)
})

test('softmax cross entropy of huge logits is finite', () => {
  const { tf } = nativeRuntime()
  const loss = tf.tidy(() =>
    softmaxCrossEntropy(tf, tf.tensor2d([[1e4, -1e4]]), tf.tensor2d([[0, 1]]))
      .dataSync()
      .slice(),
  )
  expect(loss[0]).toBeCloseTo(2e4, 0)
})
