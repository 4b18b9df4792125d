import { describe, expect, it, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import type { Network } from '../../src-main/contract/network.ts'
import { calibrate } from '../../src-main/learning/engine/frozen/calibrate.ts'
import { encodeFrozen } from '../../src-main/learning/engine/frozen/encode-frozen.ts'
import { floatProgram } from '../../src-main/learning/engine/frozen/float-program.ts'
import { frozenParts, int8Refusal } from '../../src-main/learning/engine/frozen/frozen-support.ts'
import { lookByTensorflow } from '../../src-main/learning/engine/frozen/look-by-tensorflow.ts'
import { lookNatively } from '../../src-main/learning/engine/frozen/look-natively.ts'
import { drawLooks, looksOf, type Seen } from '../../src-main/learning/engine/frozen/looks.ts'
import type { FrozenNative } from '../../src-main/learning/frozen-native.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { networkUpTo } from '../../src-main/learning/network/network-up-to.ts'
import { runOperations } from '../../src-main/learning/operations/run.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { chain, chainModel, operationNetworks } from '../support/layer-chains.ts'
import { nativeRuntime } from '../support/native-runtime.ts'

const runtime = nativeRuntime()
const { tf } = runtime
const { frozen } = loadFrozen()
const native = frozen?.kernels.float32 == null ? null : frozen
const ROWS = 5
/** Of a chain. */
const OUTPUTS = 3

// More channels than a vector has, and some beyond; lines beyond the edge; a scale of its own before everything.
const wide = chain([
  ['Rescaling', { scale: 0.5, offset: -0.25 }],
  ['Conv2D', { filters: 35, kernel_size: 3, padding: 'same', activation: 'relu' }],
  ['DepthwiseConv2D', { kernel_size: 3, padding: 'same', activation: 'relu' }],
  ['GlobalAveragePooling2D', {}],
])
/** Its last value is what comes out. */
const pooled = networkUpTo(wide, 'layer3')

function prepared(network: Network) {
  const model = chainModel(network)
  const weights = new Map(model.weights.map(({ fullName, shape }) => [fullName, { shape, values: model.read(fullName) }])) // prettier-ignore
  const shape = inferNetwork(network).shapes.get('input')!
  const random = seededRandom(3, 'x')
  const x = Float32Array.from({ length: ROWS * shape.reduce((a, b) => a * b, 1) }, () => random() * 4 - 2)
  const samples = { shape, storage: 'float32' as const, normalisation: null }
  const { graph, whole } = frozenParts(network, weights)
  const looks = looksOf(whole, ROWS)
  return { x, samples, graph, whole, looks, drawn: drawLooks(looks, ROWS, '0') }
}

/** From the operations' own values, number by number. */
function expectedOf({ x, samples, graph, whole, drawn }: ReturnType<typeof prepared>): Seen[] {
  const values = new Map<string, Float32Array>()
  tf.tidy(() => {
    runOperations(tf, graph, tf.tensor(x, [ROWS, ...samples.shape]), (name, value) => values.set(name, value.dataSync<'float32'>().slice())) // prettier-ignore
  })
  const { scale, shift, name: input } = whole.input
  values.set(
    input,
    x.map((value, i) => value * scale[i % scale.length]! + shift[i % scale.length]!),
  )
  return drawn.map(({ name, shape, images, samples: places, pixels }) => {
    const all = values.get(name)!
    const { channels } = shape
    const image = all.length / images
    const of = (c: number) => all.filter((_, i) => i % channels === c)
    const imageOf = (i: number, count: number) => Math.floor(i / (count / images)) * image
    return {
      images,
      samples: Float32Array.from(places, (place, i) => all[imageOf(i, places.length) + place]!),
      lows: Float32Array.from({ length: channels }, (_, c) => Math.min(...of(c))),
      highs: Float32Array.from({ length: channels }, (_, c) => Math.max(...of(c))),
      means: Float32Array.from({ length: channels }, (_, c) => of(c).reduce((a, b) => a + b, 0) / of(c).length),
      windows: pixels.map((each) =>
        Float32Array.from({ length: each.length * channels }, (_, i) => {
          const at = Math.floor(i / channels)
          return all[imageOf(at, each.length) + each[at]! * channels + (i % channels)]!
        }),
      ),
    }
  })
}

function expectSame(received: readonly Seen[], expected: readonly Seen[]): void {
  const flat = ({ samples, lows, highs, means, windows }: Seen) => [samples, lows, highs, means, ...windows]
  expect(received).toHaveLength(expected.length)
  received.forEach((seen, i) => {
    const [a, b] = [flat(seen), flat(expected[i]!)]
    expect(a.map(({ length }) => length)).toEqual(b.map(({ length }) => length))
    const apart = Math.max(...a.flatMap((each, k) => Array.from(each, (value, at) => Math.abs(value - b[k]![at]!) / (1 + Math.abs(b[k]![at]!))))) // prettier-ignore
    expect(apart).toBeLessThan(1e-4)
  })
}

const isImage = (network: Network) => (network.layers[0]!.config['shape'] as number[]).length === 3
const networks = Object.entries({ wide, pooled, ...operationNetworks() }).filter(
  ([, network]) => isImage(network) && int8Refusal(network) === null,
)

describe.each(networks)('what is seen of %s', (_name, network) => {
  const parts = prepared(network)
  it('by TensorFlow is what the operations give', () => {
    const lookout = lookByTensorflow(tf, { graph: parts.graph, input: parts.whole.input }, parts.samples)
    const [first, second] = [lookout.see(parts.x, parts.drawn), lookout.see(parts.x, parts.drawn)]
    expectSame(first, expectedOf(parts))
    expect(second).toEqual(first)
    lookout.dispose()
  })
  it.skipIf(native === null)('by the kernels, too, where they have its steps', () => {
    const program = floatProgram(parts.graph, 'float32', parts.samples)
    if (program === null) return
    const lookout = lookNatively(native!, program, 2)
    lookout.see(parts.x.slice(0, parts.x.length / ROWS), drawLooks(parts.looks, 1, 'less'))
    expectSame(lookout.see(parts.x, parts.drawn), expectedOf(parts))
    lookout.dispose()
  })
})

const load = (x: Float32Array) => (rows: readonly number[]) => x.slice(rows[0]! * (x.length / ROWS), (rows.at(-1)! + 1) * (x.length / ROWS)) // prettier-ignore

test.skipIf(native === null)(
  'ranges by the kernels are those by TensorFlow but for rounding, and the same again',
  async () => {
    const { x, samples, graph, whole } = prepared(wide)
    const watch = { isInterrupted: () => false, onBatch: () => undefined, onKernel: () => undefined }
    const of = async (frozen: FrozenNative) => {
      const found = await calibrate({ ...runtime, frozen }, { graph, whole }, { samples: { ...samples, load: load(x) }, rows: [0, 1, 2, 3, 4] }, watch) // prettier-ignore
      return found!
    }
    const without = { ...native!, kernels: { ...native!.kernels, float32: null } }
    const [kernels, again, tensorflow] = [await of(native!), await of(native!), await of(without)]
    expect(again).toEqual(kernels)
    kernels.calibration.ranges.forEach(({ name, low, high, smallest, largest }, i) => {
      const other = tensorflow.calibration.ranges[i]!
      expect([name, low, high, smallest, largest]).toEqual([other.name, ...[other.low, other.high, other.smallest, other.largest].map((value) => expect.closeTo(value, 4))]) // prettier-ignore
    })
  },
)

describe.skipIf(native === null)('what is no watch is refused', () => {
  const { x, samples, graph } = prepared(wide)
  const program = floatProgram(graph, 'float32', samples)!
  const handle = native?.load(encodeFrozen(program)) ?? 0
  const channels = program.tensors.slice(1).reduce((total, tensor) => total + 3 * tensor.channels, 0)
  const good = {
    picks: Int32Array.of(1, 2, 1),
    places: new Int32Array(2 * ROWS),
    picked: new Float32Array(2 * ROWS),
    channels: new Float32Array(ROWS * channels),
  }
  const run = (watched: Partial<typeof good>, of = handle) =>
    native!.runWatched(of, x, ROWS, new Float32Array(ROWS * OUTPUTS), 2, { ...good, ...watched })

  it('the good one is taken', () => expect(() => run({})).not.toThrow())
  it.each<[string, Partial<typeof good>, string]>([
    ['a place beyond the image', { places: new Int32Array(2 * ROWS).fill(120) }, 'places within an image'],
    ['a place before it', { places: new Int32Array(2 * ROWS).fill(-1) }, 'places within an image'],
    ['fewer places', { places: new Int32Array(2 * ROWS - 1) }, 'places or picked numbers of another size'],
    ['a tensor that is not there', { picks: Int32Array.of(99, 2, 1) }, 'picks of a tensor that the program makes'],
    ['the samples as they are given', { picks: Int32Array.of(0, 2, 1) }, 'picks of a tensor that the program makes'],
    ['half a pixel', { picks: Int32Array.of(1, 2, 2), picked: new Float32Array(4 * ROWS) }, 'one number or of all'],
    ['half a pick', { picks: Int32Array.of(1, 2) }, 'half a pick'],
    ['less than none', { picks: Int32Array.of(1, -2, 1) }, 'a pick of nothing'],
    ['less room for numbers', { picked: new Float32Array(ROWS) }, 'places or picked numbers of another size'],
    ['less room for channels', { channels: new Float32Array(ROWS * channels - 1) }, 'channels of another size'],
  ])('%s', (_what, watched, words) => expect(() => run(watched)).toThrow(words))

  it('a program that is not float32', () => {
    if (native!.kernels.bfloat16 === null) return
    const other = native!.load(encodeFrozen(floatProgram(graph, 'bfloat16', samples)!))
    expect(() => run({}, other)).toThrow('Expected a program in float32')
  })
})
