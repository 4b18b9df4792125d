import { randomInt, type SeededRandom, seededRandom } from '../../src-main/base/seeded-random.ts'
import type { FrozenProgram, FrozenStep, FrozenTensor } from '../../src-main/learning/engine/frozen/frozen-program.ts'
import { randomArithmetic } from './random-frozen-numbers.ts'
import { widenFrozen } from './widen-frozen.ts'

type Pair = readonly [number, number]
type Grow = (source: number) => number

/** How large a program may be: sides of its input, and products of a convolution, so that a plain loop over programs is done in seconds. */
const SIZES = {
  small: { sides: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17], products: 400_000, windows: [1, 1, 2, 3, 3, 5, 7] },
  /** Kernels no longer take a whole unit of images through several steps at a time. */
  large: { sides: [24, 33, 40, 56, 64], products: 12_000_000, windows: [1, 1, 2, 3, 3, 5, 7] },
  /** Windows of one place alone: most tensors may have 12 bits. */
  pointwise: { sides: [1, 2, 3, 5, 7, 8, 13], products: 400_000, windows: [1] },
} as const

/** A small int8 program of any steps: odd sizes, strides, dilations, pads, groups, 1 to 130 channels, bounds, things that are added, concatenations, values
 *  that are read late or never. The same for the same seed. */
export function randomFrozen(seed: number, size: keyof typeof SIZES = 'small'): FrozenProgram {
  return widenFrozen(randomNarrowFrozen(seed, size), seededRandom(seed, 'widen-frozen'))
}

/** The same with 8 bits everywhere: other precisions have no 12. */
export function randomNarrowFrozen(seed: number, size: keyof typeof SIZES = 'small'): FrozenProgram {
  const { sides, products, windows: sizes } = SIZES[size]
  const random = seededRandom(seed, 'random-frozen')
  const tensors: FrozenTensor[] = []
  const steps: FrozenStep[] = []
  const numbers = randomArithmetic(random)
  const pick = <T>(values: readonly T[]): T => values[randomInt(random, values.length)]!
  const isLikely = (share: number) => random() < share
  const at = (index: number) => tensors[index]!
  const addTensor = (height: number, width: number, channels: number, isFloat = false): number => {
    const zeroPoint = isFloat ? 0 : pick([0, 255, randomInt(random, 256), 128])
    const scale = isFloat ? 1 : 0.01 + random()
    return tensors.push({ name: `t${tensors.length}`, height, width, channels, zeroPoint, scale, isFloat }) - 1
  }
  const channels = () => pick([1, 2, 3, 4, 7, 8, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 129, 130])

  /** Windows over a tensor that leave something of it, and the size of what comes out. */
  const windows = (source: number, sizes: readonly number[], isPool: boolean) => {
    const along = (length: number) => {
      const size = isPool && isLikely(0.2) ? length : pick(sizes)
      const dilation = isPool || isLikely(0.7) ? 1 : 2 + randomInt(random, 2)
      const reach = (size - 1) * dilation
      const stride = pick([1, 1, 1, 2, 2, 3])
      let [before, after] = [randomInt(random, reach + 1), randomInt(random, reach + 1)]
      // A pool's windows hold one place of the image at least.
      if (length + before + after <= reach) [before, after] = [isPool ? Math.min(before, size - 1) : before, reach]
      return { size, dilation, stride, before, out: Math.floor((length + before + after - reach - 1) / stride) + 1 }
    }
    const [y, x] = [along(at(source).height), along(at(source).width)]
    return {
      out: [y.out, x.out] as const,
      config: {
        size: [y.size, x.size] as Pair,
        strides: [y.stride, x.stride] as Pair,
        dilations: [y.dilation, x.dilation] as Pair,
        pads: [y.before, x.before] as Pair,
      },
    }
  }

  /** A uint8 tensor of this shape that is there already, for what adds or multiplies two. */
  const alike = (height: number, width: number, channels: number): number | undefined => {
    const fitting = tensors.flatMap((t, i) =>
      !t.isFloat && t.height === height && t.width === width && t.channels === channels ? [i] : [],
    )
    return fitting.length === 0 ? undefined : pick(fitting)
  }

  const kernel = (source: number, kind: 'convolution' | 'depthwise'): number => {
    const { height, width, channels: inputs, zeroPoint } = at(source)
    const { out, config } = windows(source, height * width === 1 ? [1] : sizes, false)
    const groups = kind === 'depthwise' || isLikely(0.8) ? 1 : pick([2, 3, 4, 8].filter((n) => inputs % n === 0).concat(1)) // prettier-ignore
    const places = config.size[0] * config.size[1]
    const depth = kind === 'depthwise' ? 1 : inputs / groups
    const most = Math.max(1, Math.floor(products / (out[0] * out[1] * places * depth)))
    const wanted = Math.min(isLikely(0.4) ? inputs : channels(), most)
    const outputs = kind === 'depthwise' ? inputs : Math.max(1, Math.floor(wanted / groups)) * groups
    const before = isLikely(0.4) ? alike(out[0], out[1], outputs) : undefined
    const output = addTensor(out[0], out[1], outputs)
    const added = before === undefined ? null : { tensor: before, scale: numbers.scale() }
    const arithmetic = numbers.kernel(places * depth, outputs, zeroPoint, at(output).zeroPoint)
    if (kind === 'depthwise') steps.push({ kind, input: source, output, ...config, ...arithmetic, added })
    else steps.push({ kind, input: source, output, groups, ...config, ...arithmetic, added })
    return output
  }

  const pair = (source: number, kind: 'add' | 'multiply'): number => {
    const { height, width, channels: depth } = at(source)
    const gate = kind === 'multiply' && isLikely(0.6) ? alike(1, 1, depth) : undefined
    const second = gate ?? alike(height, width, depth) ?? source
    const output = addTensor(height, width, depth)
    const bounds = numbers.bounds(at(output).zeroPoint)
    if (kind === 'add') {
      steps.push({ kind, input: source, second, output, scales: [numbers.scale(), numbers.scale()], ...bounds })
    } else steps.push({ kind, input: source, second, output, scale: numbers.scale() / 64, ...bounds })
    return output
  }

  const pool = (source: number, kind: 'maxPool' | 'averagePool'): number => {
    const { height, width, channels: depth } = at(source)
    const isWhole = kind === 'averagePool' && isLikely(0.4)
    const { out, config } = isWhole ? wholeWindow(height, width) : windows(source, [1, 2, 3], true)
    const output = addTensor(out[0], out[1], depth)
    if (kind === 'maxPool') steps.push({ kind, input: source, output, ...config })
    else {
      const bounds = numbers.bounds(at(output).zeroPoint)
      steps.push({ kind, input: source, output, ...config, scale: numbers.scale(), ...bounds })
    }
    return output
  }

  /** Alone it is an activation; several of one size, one behind the other, are a concatenation. */
  const lookup = (source: number): number => {
    const { height, width } = at(source)
    const sameSize = tensors.flatMap((t, i) => (!t.isFloat && t.height === height && t.width === width ? [i] : []))
    const parts = isLikely(0.4) ? [source] : [source, ...Array.from({ length: pick([1, 2]) }, () => pick(sameSize))]
    const output = addTensor(height, width, parts.reduce((sum, part) => sum + at(part).channels, 0)) // prettier-ignore
    let channelOffset = 0
    for (const input of parts) {
      steps.push({ kind: 'lookup', input, output, table: numbers.table(), channelOffset })
      channelOffset += at(input).channels
    }
    return output
  }

  const growers: readonly Grow[] = [
    ...Array.from({ length: 4 }, (): Grow => (source) => kernel(source, 'convolution')),
    ...Array.from({ length: 3 }, (): Grow => (source) => kernel(source, 'depthwise')),
    (source) => pair(source, 'add'),
    (source) => pair(source, 'multiply'),
    (source) => pool(source, 'maxPool'),
    (source) => pool(source, 'averagePool'),
    lookup,
  ]

  const side = () => pick(sides)
  const depth = isLikely(0.6) ? 3 : channels()
  const takes = pick(['uint8', 'float32'] as const)
  const given = addTensor(side(), side(), depth, true)
  let last = addTensor(at(given).height, at(given).width, depth)
  steps.push({ kind: 'input', input: given, output: last, takes, ...numbers.input(takes, depth) })
  for (let rest = 1 + randomInt(random, 10); rest > 0; rest -= 1) {
    const source = isLikely(0.8) ? last : pick(tensors.flatMap((tensor, i) => (tensor.isFloat ? [] : [i])))
    last = pick(growers)(source)
  }
  const { height, width, channels: features } = at(last)
  if (isLikely(0.5)) {
    const output = addTensor(height, width, features, true)
    steps.push({ kind: 'output', input: last, output, scale: numbers.scale() })
  } else {
    const output = addTensor(1, 1, features, true)
    const { config } = wholeWindow(height, width)
    const bounds = { low: -Infinity, high: Infinity }
    steps.push({ kind: 'averagePool', input: last, output, ...config, scale: numbers.scale(), ...bounds })
  }
  return { precision: 'int8', tensors, steps }
}

function wholeWindow(height: number, width: number) {
  const config = { size: [height, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0] } as const
  return { out: [1, 1] as const, config }
}

/** Inputs of a program, as its first step takes them; floats now and then far outside of what is expected. */
export function randomFrozenInput(program: FrozenProgram, rows: number, seed: number): Uint8Array | Float32Array {
  const random: SeededRandom = seededRandom(seed, 'random-frozen-input')
  const [first] = program.steps
  const { height, width, channels } = program.tensors[first!.input]!
  const size = rows * height * width * channels
  if (first?.kind === 'input' && first.takes === 'uint8') return Uint8Array.from({ length: size }, () => random() * 256)
  const far = [1e30, -1e30, 1e6, -1e6]
  return Float32Array.from({ length: size }, () =>
    random() < 0.002 ? far[randomInt(random, far.length)]! : 2 * random() - 1,
  )
}

/** How many numbers come out for each input. */
export function frozenOutputSize({ tensors, steps }: FrozenProgram): number {
  const { height, width, channels } = tensors[steps.at(-1)!.output]!
  return height * width * channels
}
