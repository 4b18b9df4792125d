import { expect, test } from 'vitest'
import type { Tensor } from '../../../src-main/learning/runtime.ts'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { createProgram, type Step } from '../../../src-main/learning/engine/compile/program.ts'
import { ACTIVATION_OPS } from '../../../src-main/learning/ops/activation.ts'
import { biasAdd } from '../../../src-main/learning/ops/bias-add.ts'
import { layerNorm } from '../../../src-main/learning/ops/layer-norm.ts'
import { matMul } from '../../../src-main/learning/ops/mat-mul.ts'
import { inGraph, nativeBackend } from '../../../src-main/learning/ops/native.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'

const runtime = nativeRuntime()
const { tf } = runtime

function normal(seed: number, shape: number[]): Tensor {
  const random = seededRandom(seed)
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 4 * random() - 1.5)
  return tf.tensor(values, shape)
}

/** Of everything that the step gives, as a graph against op by op. */
function relativeErrors(step: Step, inputs: Tensor[]): number[] {
  const program = createProgram(runtime)
  const made = program.compile('fused', step, { weights: 'constant' })(...inputs)
  expect(program.isCompiled).toBe(true)
  program.dispose()
  const plain = tf.tidy(() => step(...inputs))
  return made.map((value, i) => {
    const norm = (x: Tensor) => tf.tidy(() => tf.norm(x).dataSync()[0]!)
    return norm(tf.sub(value, plain[i]!)) / norm(plain[i]!)
  })
}

test.each([[[6, 33]], [[2, 5, 48]], [[2, 3, 4, 96]]])('layer norm of %j as one op of the graph', (shape) => {
  const channels = shape.at(-1)!
  const inputs = [normal(1, shape), normal(2, [channels]), normal(3, [channels])]
  for (const epsilon of [1e-6, 0.1]) {
    const [error] = relativeErrors((x, gamma, beta) => [layerNorm(tf, x!, gamma!, beta!, epsilon)], inputs)
    expect(error).toBeLessThan(1e-6)
  }
})

test('the gradients of layer norm in a graph', () => {
  const inputs = [normal(1, [2, 5, 48]), normal(2, [48]), normal(3, [48])]
  const weights = normal(4, [2, 5, 48])
  const gradients = tf.grads((x, gamma, beta) => tf.sum(tf.mul(layerNorm(tf, x!, gamma!, beta!, 1e-5), weights)))
  for (const error of relativeErrors((...values) => gradients(values), inputs)) expect(error).toBeLessThan(1e-6)
})

test.each(['gelu', 'gelu_tanh'] as const)('%s behind a product and its bias', (name) => {
  const [kernel, bias] = [normal(5, [32, 64]), normal(6, [64])]
  const step: Step = (x) => [ACTIVATION_OPS[name](tf, biasAdd(tf, matMul(tf, x!, kernel), bias))]
  // Values on both sides of zero, where it bends.
  const [error] = relativeErrors(step, [tf.mul(normal(7, [40, 32]), 0.1)])
  expect(error).toBeLessThan(1e-6)
})

test('an op that this TensorFlow lacks stays what it is in plain ops', () => {
  const native = nativeBackend(tf)!
  // One input where it takes two: TensorFlow refuses such a graph.
  const step: Step = (x) => [inGraph(native, { op: 'Relu6Grad', attributes: [], inputs: [x!] }, () => tf.relu(x!))]
  expect(relativeErrors(step, [normal(8, [4, 3])])).toEqual([0])
})

test('an op that it has takes the place of the plain ops', () => {
  const native = nativeBackend(tf)!
  const step: Step = (x) => [inGraph(native, { op: 'Neg', attributes: [], inputs: [x!] }, () => tf.clone(x!))]
  // |-x - x| is twice |x|: the two do not compute the same here, so that it shows which ran.
  expect(relativeErrors(step, [normal(8, [4, 3])])).toEqual([expect.closeTo(2, 6)])
})
