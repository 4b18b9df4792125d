import { expect, test } from 'vitest'
import type { Tensor } from '../../../src-main/learning/runtime.ts'
import { seededRandom } from '../../../src-main/base/seeded-random.ts'
import { createProgram, type Step } from '../../../src-main/learning/engine/compile/program.ts'
import { Recorder } from '../../../src-main/learning/engine/compile/recorder.ts'
import { ACTIVATION_OPS } from '../../../src-main/learning/ops/activation.ts'
import { attention } from '../../../src-main/learning/ops/attention.ts'
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

const LARGE = [4224, 256]

test.each<[string, Step, Tensor[]]>([
  ['gelu', (x) => [ACTIVATION_OPS.gelu(tf, x!)], [normal(9, LARGE)]],
  ['silu', (x) => [ACTIVATION_OPS.silu(tf, x!)], [normal(9, LARGE)]],
  [
    'layer norm',
    (x, gamma, beta) => [layerNorm(tf, x!, gamma!, beta!, 1e-5)],
    [normal(9, LARGE), normal(2, [256]), normal(3, [256])],
  ],
  [
    'attention',
    (q, k, v) => [attention(tf, q!, k!, v!, (shares) => shares)],
    [normal(1, [4, 4, 264, 8]), normal(2, [4, 4, 264, 8]), normal(3, [4, 4, 264, 8])],
  ],
])('many values: %s and its gradients in few passes', (_name, step, inputs) => {
  const weights = tf.tidy(() => normal(4, step(...inputs)[0]!.shape))
  const gradients = tf.grads((...values) => tf.sum(tf.mul(step(...values)[0]!, weights)))
  const both: Step = (...values) => [...step(...values), ...gradients(values)]
  expect(clusters(both, inputs)).toBeGreaterThan(0)
  for (const error of relativeErrors(both, inputs)) expect(error).toBeLessThan(2e-6)
})

test('few values are not worth a compilation', () => {
  const gradient = tf.grad((x) => tf.sum(ACTIVATION_OPS.gelu(tf, x)))
  expect(clusters((x) => [gradient(x!)], [normal(9, [16, 256])])).toBe(0)
})

/** How many clusters of XLA the graph of a step has. */
function clusters(step: Step, inputs: Tensor[]): number {
  const recorder = new Recorder(nativeBackend(tf)!, inputs, { prefix: 'f_', variables: [], handle: null })
  const { nodes } = recorder.finish(recorder.run(() => tf.tidy(() => step(...inputs))))
  return new Set(nodes.flatMap(({ attributes }) => ('_XlaScope' in attributes ? [JSON.stringify(attributes['_XlaScope'])] : []))).size // prettier-ignore
}

test.each(['gelu', 'silu'] as const)('the slope of %s is that of its differences', (name) => {
  const x = tf.linspace(-6, 6, 97)
  const step = 0.02
  const value = (at: Tensor) => ACTIVATION_OPS[name](tf, at)
  const slope = tf
    .grad((at) => tf.sum(value(at)))(x)
    .dataSync()
  const difference = tf.div(tf.sub(value(tf.add(x, step)), value(tf.sub(x, step))), 2 * step).dataSync()
  // Of a central difference: a sixth of the third derivative times the step squared, and rounding over the step.
  slope.forEach((one, i) => expect(Math.abs(one - difference[i]!), `at ${-6 + i / 8}`).toBeLessThan(2e-4))
})
