import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src-main/learning/engine/compile/program.ts'
import { gradientReversal } from '../../src-main/learning/ops/gradient-reversal.ts'
import { stopGradient } from '../../src-main/learning/ops/stop-gradient.ts'
import { domainAccuracy, domainLoss, invertedLabelLoss } from '../../src-main/learning/losses/domain-loss.ts'
import type { Scalar, Tensor } from '../../src-main/learning/runtime.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const { tf } = nativeRuntime()
const read = (tensor: Tensor) => [...tensor.dataSync()]

describe('gradient reversal', () => {
  test('hands its input on, and -lambda times the numeric gradient back', () => {
    const x = tf.tensor2d([0.3, -0.7, 1.1, 0.2], [2, 2])
    const weight = tf.tensor2d([1, -2, 0.5, 3], [2, 2])
    const after = (value: Tensor): Tensor => tf.sum(tf.tanh(tf.mul(value, weight)))
    const lambda = tf.scalar(0.4)
    expect(read(gradientReversal(tf, x, lambda))).toEqual(read(x))
    const reversed = read(tf.grad((value) => after(gradientReversal(tf, value, lambda)))(x))
    const step = 1e-2
    reversed.forEach((gradient, i) => {
      const moved = (by: number) => {
        const values = read(x)
        values[i]! += by
        return read(after(tf.tensor2d(values, [2, 2])))[0]!
      }
      // Central differences in float32.
      expect(gradient).toBeCloseTo((-0.4 * (moved(step) - moved(-step))) / (2 * step), 3)
    })
  })

  test('lambda is an input of the compiled step, not a constant of it', () => {
    const weight = tf.variable(tf.tensor1d([2, -1]))
    const program = createProgram(nativeRuntime())
    const step = program.compile('gradient', (x, lambda) => {
      const loss = () => tf.sum(tf.mul(gradientReversal(tf, tf.mul(x!, weight), lambda as Scalar), [1, 2])) as Scalar
      return [tf.variableGrads(loss, [weight]).grads[weight.name]!]
    })
    const gradientAt = (lambda: number) => read(step(tf.tensor1d([3, 5]), tf.scalar(lambda))[0]!)
    // d/dw sum(x w * (1, 2)) = (3, 10), reversed.
    expect(gradientAt(1)).toEqual([-3, -10])
    expect(gradientAt(0.5)).toEqual([-1.5, -5])
    expect(gradientAt(0)).toEqual([-0, -0])
    expect(program.isCompiled).toBe(true)
    program.dispose()
    weight.dispose()
  })
})

test('stop gradient: the same values, and nothing flows back', () => {
  const x = tf.tensor1d([1, -2, 3])
  expect(read(stopGradient(tf, x))).toEqual([1, -2, 3])
  // d/dx sum(x * stop(x)) = stop(x), not 2x.
  expect(read(tf.grad((value) => tf.sum(tf.mul(value, stopGradient(tf, value))))(x))).toEqual([1, -2, 3])
})

describe('domain losses', () => {
  const source = tf.tensor2d([0, Math.log(3)], [2, 1])
  const target = tf.tensor2d([Math.log(4)], [1, 1])

  test('by hand: the domains count half each, whatever their numbers', () => {
    // -log(1 - s(0)) = ln 2, -log(1 - s(ln 3)) = ln 4; -log s(ln 4) = ln 1.25.
    const expected = ((Math.log(2) + Math.log(4)) / 2 + Math.log(1.25)) / 2
    expect(read(domainLoss(tf, source, target))[0]).toBeCloseTo(expected, 6)
    // Inverted: -log(1 - s(ln 4)) = ln 5.
    expect(read(invertedLabelLoss(tf, target))[0]).toBeCloseTo(Math.log(5), 6)
    expect(read(domainAccuracy(tf, source, target))[0]).toBeCloseTo(0.75, 6)
  })

  test('an answer of 1/2 for all is ln 2', () => {
    const none = tf.zeros([4, 1])
    expect(read(domainLoss(tf, none, none))[0]).toBeCloseTo(Math.LN2, 6)
    expect(read(invertedLabelLoss(tf, none))[0]).toBeCloseTo(Math.LN2, 6)
    expect(read(domainAccuracy(tf, none, none))[0]).toBeCloseTo(0.5, 6)
  })

  test('inverted labels pull where the discriminator is certain; a reversed gradient would vanish there', () => {
    const certain = tf.tensor2d([8], [1, 1])
    const inverted = read(tf.grad((z) => invertedLabelLoss(tf, z))(certain))[0]!
    const reversed = -read(tf.grad((z) => domainLoss(tf, source, z))(certain))[0]!
    expect(inverted).toBeGreaterThan(0.99)
    expect(reversed).toBeGreaterThan(0)
    expect(reversed).toBeLessThan(1e-3)
  })
})
