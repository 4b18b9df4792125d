import { describe, expect, it, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { calibrate, calibrationRows } from '../../src-main/learning/engine/frozen/calibrate.ts'
import { createFrozenInference } from '../../src-main/learning/engine/frozen/frozen-inference.ts'
import { frozenParts } from '../../src-main/learning/engine/frozen/frozen-support.ts'
import { int8Program } from '../../src-main/learning/engine/frozen/int8-program.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { chain, chainModel } from '../support/layer-chains.ts'
import { calibrationRuntime } from '../support/calibration-runtime.ts'
import { nativeRuntime } from '../support/native-runtime.ts'
import { runFrozen } from '../support/run-frozen.ts'

const runtime = calibrationRuntime()
const { tf } = runtime
const watch = { isInterrupted: () => false, onBatch: () => undefined, onKernel: () => undefined }
// (5, 6, 4), as chains have it.
const LENGTH = 5 * 6 * 4

const network = chain([
  ['Conv2D', { filters: 8, kernel_size: 3, padding: 'same' }],
  ['BatchNormalization', {}],
  ['ReLU', { max_value: 6 }],
  ['DepthwiseConv2D', { kernel_size: 3, activation: 'relu' }],
  ['Conv2D', { filters: 5, kernel_size: 1 }],
])

const own = valuesOf(network)

function valuesOf(of: Network): Map<string, { shape: readonly number[]; values: Float32Array }> {
  const model = chainModel(of)
  return new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }]))
}

function samplesOf(x: Float32Array | Uint8Array, normalisation = { scale: [1 / 64], shift: [-127 / 64] }) {
  const storage = x instanceof Uint8Array ? ('uint8' as const) : ('float32' as const)
  const load = (rows: readonly number[]) => x.slice(rows[0]! * LENGTH, (rows.at(-1)! + 1) * LENGTH)
  return { shape: [5, 6, 4], layer: null, storage, normalisation: storage === 'uint8' ? normalisation : null, load }
}

async function inInt8(x: Float32Array | Uint8Array, weights: WeightValues = own) {
  const samples = samplesOf(x)
  const rows = Array.from({ length: x.length / LENGTH }, (_, i) => i)
  const parts = frozenParts(network, weights)
  const found = await calibrate(runtime, parts, { samples, rows }, watch)
  const program = int8Program({ network, weights, samples }, found!)
  const exact = (of: Float32Array | Uint8Array): Float32Array => {
    const reals = of instanceof Uint8Array ? Float32Array.from(of, (value) => (value - 127) / 64) : of
    return tf.tidy(() => runOperations(tf, parts.graph, tf.tensor(reals, [of.length / LENGTH, 5, 6, 4])))[0]!
  }
  return { found: found!, program, samples, exact }
}

const bytes = (rows: number, seed = 1) => {
  const random = seededRandom(seed, 'bytes')
  return Uint8Array.from({ length: rows * LENGTH }, () => Math.floor(random() * 256))
}
const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
const difference = (a: Float32Array, b: Float32Array) => norm(a.map((value, i) => value - b[i]!)) / norm(b)

describe('calibration', () => {
  it('says what it looked at, and every range holds 0', async () => {
    const { found, program } = await inInt8(bytes(20))
    expect(found.calibration.images).toBe(20)
    expect(found.calibration.ranges.map(({ name }) => name)).toEqual(['input', 'layer2', 'layer3', 'layer4', 'head'])
    for (const { low, high, smallest, largest } of found.calibration.ranges) {
      expect([low <= 0, high >= 0, low >= Math.min(smallest, 0), high <= Math.max(largest, 0)]).toEqual([
        true,
        true,
        true,
        true,
      ])
    }
    expect(program.steps.map(({ kind }) => kind)).toEqual(['input', 'convolution', 'depthwise', 'convolution', 'convolution', 'output']) // prettier-ignore
  })

  it('pixels of one normalisation are not rounded: each byte is its own number', async () => {
    const { program } = await inInt8(bytes(4))
    const [, input] = program.tensors
    expect([input!.zeroPoint, input!.scale]).toEqual([127, 1 / 64])
    const { a, b } = program.steps[0] as Extract<(typeof program.steps)[number], { kind: 'input' }>
    expect([[...a], [...b]]).toEqual([[1, 1, 1, 1], [0, 0, 0, 0]]) // prettier-ignore
  })

  it.each([
    ['one image', bytes(1), 0.08],
    ['images of one colour', new Uint8Array(8 * LENGTH).fill(90), 0.04],
    ['black images', new Uint8Array(8 * LENGTH), 0.04],
  ])('of %s gives nearly the same for that', async (_what, x, most) => {
    const { program, exact } = await inInt8(x)
    expect(difference(runFrozen(program, x, x.length / LENGTH), exact(x))).toBeLessThan(most)
  })

  it('channels that are dead stay dead, and take nothing from the others', async () => {
    const weights = new Map(own)
    for (const name of ['layer0/kernel', 'layer0/bias']) {
      const { shape, values } = weights.get(name)!
      weights.set(name, { shape, values: values.map((value, i) => (i % 8 < 3 ? 0 : value)) })
    }
    const x = bytes(8)
    const { program, exact } = await inInt8(x, weights)
    expect(difference(runFrozen(program, x, 8), exact(x))).toBeLessThan(0.06)
  })

  it('a few huge numbers do not take the steps of all others', async () => {
    const random = seededRandom(2, 'numbers')
    const x = Float32Array.from({ length: 40 * LENGTH }, () => random() * 2 - 1)
    x[77] = 1e4
    const { found, program, exact } = await inInt8(x)
    const [input] = found.calibration.ranges
    expect(input).toMatchObject({ largest: 1e4 })
    expect(input!.high).toBeLessThan(100)
    const rest = x.slice(LENGTH)
    expect(difference(runFrozen(program, rest, 39), exact(rest))).toBeLessThan(0.1)
  })

  it('leaves within a batch when it is asked to', async () => {
    const x = bytes(40)
    const rows = Array.from({ length: 40 }, (_, i) => i)
    const seen: number[] = []
    const asked = {
      isInterrupted: () => seen.length > 0,
      onBatch: (done: number) => void seen.push(done),
      onKernel: () => undefined,
    }
    expect(await calibrate(runtime, frozenParts(network, own), { samples: samplesOf(x), rows }, asked)).toBeNull()
    expect(seen).toEqual([16])
  })
})

test('told to leave while weights are rounded, it does so within a kernel', async () => {
  const wide = chain([
    ['Conv2D', { filters: 1150, kernel_size: 1 }],
    ['Conv2D', { filters: 300, kernel_size: 1 }],
  ])
  const rounded: string[] = []
  let told: NodeJS.CpuUsage | null = null
  const asked = {
    isInterrupted: () => told !== null,
    onBatch: () => undefined,
    onKernel(done: number, total: number) {
      rounded.push(`${done} of ${total}`)
      setTimeout(() => (told ??= process.cpuUsage()), 100)
    },
  }
  const x = bytes(8)
  const images = { samples: samplesOf(x), rows: Array.from({ length: 8 }, (_, i) => i) }
  expect(await calibrate(runtime, frozenParts(wide, valuesOf(wide)), images, asked)).toBeNull()
  expect(rounded).toEqual(['1 of 2'])
  expect(process.cpuUsage(told!).user / 1000).toBeLessThan(300)
})

test('images are chosen by the hashes of their contents: equal ones once, and most stay when others come', () => {
  const hashes = Array.from({ length: 2000 }, (_, i) => `hash ${i}`)
  const some = calibrationRows(
    hashes,
    Array.from({ length: 1000 }, (_, i) => i),
  )
  const more = calibrationRows(
    hashes,
    Array.from({ length: 1100 }, (_, i) => i),
  )
  expect([some.length, more.length]).toEqual([512, 512])
  expect(some.filter((row) => more.includes(row)).length).toBeGreaterThan(430)
  expect(calibrationRows(['a', 'b', 'a'], [0, 1, 2])).toHaveLength(2)
})

const native = loadFrozen()
test.skipIf(native.frozen?.kernels.int8 == null)(
  'the native kernels give the scalar integers, and changed samples theirs',
  async () => {
    const x = bytes(33, 5)
    const { program, samples } = await inInt8(x)
    const inference = createFrozenInference({ ...nativeRuntime(), ...native }, program, samples)
    expect(inference.run(x)[0]).toEqual(runFrozen(program, x, 33))
    const halved = {
      draw: () => [],
      apply: (_tf: unknown, value: { mul(by: number): never }) => value.mul(0.5),
      mix: null,
    }
    const drawn = { changes: halved as never, rows: [0], times: [1] }
    const numbers = Float32Array.from(x.slice(0, LENGTH), (value) => value / 2)
    const asNumbers = {
      ...program,
      steps: program.steps.map((step) => (step.kind === 'input' ? { ...step, takes: 'float32' as const } : step)),
    }
    expect(inference.run(x.slice(0, LENGTH), drawn)[0]).toEqual(runFrozen(asNumbers, numbers, 1))
    inference.dispose()
  },
)

test('without the kernels it is refused in words', async () => {
  const { program, samples } = await inInt8(bytes(2))
  const without = { tf, frozenAbsence: 'Graft’s native kernels are not built' }
  expect(() => createFrozenInference(without, program, samples)).toThrow('Expected Graft’s own kernels for int8. Received: Graft’s native kernels are not built.') // prettier-ignore
})

test('a layer without a step is refused by its name', () => {
  const softmax = chain([['Conv2D', { filters: 4, kernel_size: 1 }], ['Activation', { activation: 'softmax' }]]) // prettier-ignore
  expect(() => frozenParts(softmax, valuesOf(softmax))).toThrow('the layer “layer1” (Activation): the kernels have no step for what it does.') // prettier-ignore
})
