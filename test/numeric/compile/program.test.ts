import { expect, test } from 'vitest'
import type { Scalar, Tensor, Tensor2D } from '../../../src-main/learning/runtime.ts'
import { createProgram } from '../../../src-main/learning/engine/compile/program.ts'
import { statelessUniform } from '../../../src-main/learning/ops/stateless-uniform.ts'
import { updateInPlace } from '../../../src-main/learning/ops/native.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'

const log: string[] = []
const runtime = { ...nativeRuntime(), log: (_level: string, text: string) => void log.push(text) }
const { tf } = runtime

/** The numbers of tensors that are then released. */
function take(tensors: readonly Tensor[]): number[][] {
  return tensors.map((tensor) => {
    const values = [...tensor.dataSync()]
    tensor.dispose()
    return values
  })
}

test('variables live in the program, come back by pull, and go in by push', () => {
  const counter = tf.variable(tf.tensor1d([1, 2]))
  const program = createProgram(runtime)
  const add = program.compile('add', (x) => {
    counter.assign(tf.add(counter, x!))
    return [tf.mul(counter, 10)]
  })
  const x = tf.tensor1d([1, 1])
  expect(take(add(x))).toEqual([[20, 30]])
  expect(take(add(x))).toEqual([[30, 40]])
  expect([...counter.dataSync()]).toEqual([1, 2])
  program.pull()
  expect([...counter.dataSync()]).toEqual([3, 4])
  counter.assign(tf.tensor1d([100, 200]))
  program.push()
  expect(take(add(x))).toEqual([[1010, 2010]])
  expect(program.isCompiled).toBe(true)
  program.dispose()
})

test('functions share their variables, and another shape is recorded without losing them', () => {
  const weight = tf.variable(tf.scalar(1))
  const program = createProgram(runtime)
  const grow = program.compile('grow', (x) => {
    weight.assign(tf.add(weight, tf.sum(x!)))
    return [weight.clone()]
  })
  const read = program.compile('read', (x) => [tf.mul(x!, weight)])
  expect(take(grow(tf.tensor1d([1, 1])))).toEqual([[3]])
  expect(take(read(tf.tensor1d([2])))).toEqual([[6]])
  expect(take(grow(tf.tensor1d([1, 1, 1])))).toEqual([[6]])
  expect(take(grow(tf.tensor1d([1, 1])))).toEqual([[8]])
  expect(take(read(tf.tensor1d([2])))).toEqual([[16]])
  program.dispose()
})

test('several updates in one call see each other, in place or not', () => {
  const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(10))]
  const program = createProgram(runtime)
  const step = program.compile('twice', (rate) => {
    const seen: Tensor[] = []
    for (let i = 0; i < 2; i++) {
      const gradient = tf.add(a, b)
      updateInPlace(
        tf,
        () => [{ op: 'ResourceApplyGradientDescent', attributes: [], inputs: [a, rate!, gradient], updates: [a] }],
        () => a.assign(tf.sub(a, tf.mul(rate!, gradient))),
      )
      b.assign(tf.mul(a, 2))
      seen.push(tf.clone(a))
    }
    return [tf.stack(seen)]
  })
  // a = 1 - 0.5 * 11 = -4.5, b = -9; a = -4.5 + 0.5 * 13.5 = 2.25, b = 4.5.
  expect(take(step(tf.scalar(0.5)))).toEqual([[-4.5, 2.25]])
  program.pull()
  expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([2.25, 4.5])
  program.dispose()
})

test('two variables that share one tensor go their own ways', () => {
  const start = tf.tensor1d([1])
  const [a, b] = [tf.variable(start), tf.variable(start)]
  const program = createProgram(runtime)
  const step = program.compile('apart', (x) => {
    a.assign(tf.add(a, x!))
    b.assign(tf.sub(b, x!))
    return [tf.concat([a, b])]
  })
  expect(take(step(tf.tensor1d([1])))).toEqual([[2, 0]])
  expect(take(step(tf.tensor1d([1])))).toEqual([[3, -1]])
  program.dispose()
})

test('random numbers, rates and temperatures are fed, not frozen', () => {
  const program = createProgram(runtime)
  const draw = program.compile('draw', (step, temperature) => [
    statelessUniform(tf, [4], 7, step as Scalar),
    tf.softmax(tf.div(tf.tensor1d([1, 2]), temperature!)),
  ])
  const results = [1, 2, 1].map((step) => take(draw(tf.scalar(step, 'int32'), tf.scalar(step))))
  expect(results[0]).toEqual(results[2])
  expect(results[0]![0]).not.toEqual(results[1]![0])
  expect(results[1]![1]![1]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6)
  program.dispose()
})

test.each([
  {
    what: 'a value that steers control flow',
    fn: (x: Tensor) => [tf.sum(x).dataSync()[0]! > 0 ? tf.mul(x, 2) : tf.mul(x, 3)],
    reason: /reads a value of the op Sum back/,
  },
  {
    what: 'an op whose attributes are not known',
    fn: (x: Tensor) => [tf.mul(x, tf.unique(tf.tensor1d([2, 2])).values)],
    reason: /the attributes of the op UniqueV2 are not known/,
  },
])('$what: the function runs op by op, stays correct, and the log says so once', ({ fn, reason }) => {
  log.length = 0
  const weight = tf.variable(tf.scalar(0))
  const program = createProgram(runtime)
  const step = program.compile('stubborn', (x) => {
    weight.assign(tf.add(weight, 1))
    return fn(x!)
  })
  expect(take(step(tf.tensor1d([1, 2])))).toEqual([[2, 4]])
  expect(take(step(tf.tensor1d([3])))).toEqual([[6]])
  expect(program.isCompiled).toBe(false)
  expect(weight.dataSync()[0]).toBe(2)
  expect(log).toHaveLength(1)
  expect(log[0]).toMatch(reason)
  expect(log[0]).toContain('"stubborn"')
  program.dispose()
})

test('a function that gives up takes the others of its program with it, values included', () => {
  const weight = tf.variable(tf.scalar(1))
  const program = createProgram(runtime)
  const grow = program.compile('grow', () => {
    weight.assign(tf.mul(weight, 2))
    return [weight.clone()]
  })
  const ask = program.compile('ask', () => [tf.scalar(weight.dataSync()[0]!)])
  expect(take(grow())).toEqual([[2]])
  expect(take(ask())).toEqual([[2]])
  expect(take(grow())).toEqual([[4]])
  expect(take(ask())).toEqual([[4]])
  program.dispose()
})

test('two networks, two optimizers and a reversed gradient: compiled = eager', () => {
  const run = (isEager: boolean) => {
    const [features, label, domain] = [
      [2, 3],
      [3, 2],
      [3, 2],
    ].map((shape, i) => tf.variable(tf.randomNormal(shape, 0, 1, 'float32', i + 1)))
    const program = createProgram({ ...runtime, isEager })
    const reverse = (x: Tensor, lambda: Tensor) =>
      tf.customGrad((value) => ({
        value: tf.clone(value as Tensor),
        gradFunc: (dy: Tensor) => tf.neg(tf.mul(dy, lambda)),
      }))(x)
    const step = program.compile('adversarial', (x, y, d, lambda, rate) => {
      const all = [features!, label!, domain!]
      const { value, grads } = tf.variableGrads(() => {
        const phi = tf.tanh(tf.matMul(x as Tensor2D, features as unknown as Tensor2D))
        const ours = tf.losses.softmaxCrossEntropy(y!, tf.matMul(phi as Tensor2D, label as unknown as Tensor2D))
        const theirs = tf.losses.softmaxCrossEntropy(
          d!,
          tf.matMul(reverse(phi, lambda!) as Tensor2D, domain as unknown as Tensor2D),
        )
        return tf.add(ours, theirs) as Scalar
      }, all)
      all.forEach((v, i) => v.assign(tf.sub(v, tf.mul(grads[v.name]!, i === 2 ? tf.mul(rate!, 10) : rate!))))
      return [value]
    })
    const [x, y] = [
      tf.randomNormal([8, 2], 0, 1, 'float32', 9),
      tf.oneHot(tf.tensor1d([0, 1, 1, 0, 1, 0, 0, 1], 'int32'), 2).toFloat(),
    ]
    const d = tf.oneHot(tf.tensor1d([0, 0, 0, 0, 1, 1, 1, 1], 'int32'), 2).toFloat()
    const losses = Array.from({ length: 20 }, (_, i) => take(step(x, y, d, tf.scalar(i / 20), tf.scalar(0.1)))[0]![0]!)
    program.pull()
    const weights = [features!, label!, domain!].flatMap((v) => [...v.dataSync()])
    expect(program.isCompiled).toBe(!isEager)
    program.dispose()
    return { losses, weights }
  }
  const [plain, graph] = [run(true), run(false)]
  plain.losses.forEach((loss, i) => expect(Math.abs(graph.losses[i]! - loss)).toBeLessThan(1e-5))
  plain.weights.forEach((value, i) => expect(Math.abs(graph.weights[i]! - value)).toBeLessThan(1e-5))
})

test('2,000 steps leave no tensor behind and memory flat', () => {
  // 256 KiB a step: were one tensor of each kept, it would be half a gigabyte.
  const weight = tf.tidy(() => tf.variable(tf.zeros([256, 256])))
  const x = tf.ones([256, 256])
  const program = createProgram(runtime)
  const step = program.compile('flat', (input) => {
    weight.assign(tf.add(tf.mul(weight, 0.5), input!))
    return [tf.sum(weight)]
  })
  const run = (times: number) => Array.from({ length: times }, () => take(step(x))[0]![0]!).at(-1)!
  run(200)
  const before = { tensors: tf.memory().numTensors, bytes: process.memoryUsage.rss() }
  // The limit of w / 2 + 1 is 2.
  expect(run(2000)).toBeCloseTo(2 * 256 * 256, 0)
  expect(tf.memory().numTensors).toBe(before.tensors)
  expect(process.memoryUsage.rss() - before.bytes).toBeLessThan(100e6)
  program.dispose()
})

test('disposing of a program gives its tensors back', () => {
  const before = tf.memory().numTensors
  const weight = tf.tidy(() => tf.variable(tf.scalar(2)))
  const program = createProgram(runtime)
  const step = program.compile('once', (x) => [tf.mul(x!, weight)])
  const x = tf.tensor1d([1])
  take(step(x))
  program.dispose()
  weight.dispose()
  x.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
