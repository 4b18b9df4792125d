import type { FrozenProgram, FrozenStep, FrozenTensor } from '../../src-main/learning/engine/frozen/frozen-program.ts'

type Values = Uint8Array | Uint16Array | Float32Array
type Of<K extends FrozenStep['kind']> = Extract<FrozenStep, { kind: K }>

/** A program word for word, one number after the other, in float32 and int8 (bfloat16 programs run in float32): what native kernels must give to the
 *  integer. `rows` inputs, (rows, ...shape) -> (rows, ...shape of the output). Slow. */
export function runFrozen(program: FrozenProgram, input: Values, rows: number): Float32Array {
  return Float32Array.from(
    Array.from({ length: rows }, (_, row) => {
      const length = input.length / rows
      return [...runOne(program, input.subarray(row * length, (row + 1) * length)).at(-1)!]
    }).flat(),
  )
}

/** All tensors of one input, by their places. */
export function runOne(program: FrozenProgram, input: Values): Values[] {
  const { tensors, steps, precision } = program
  const isInteger = precision === 'int8'
  const values = tensors.map(({ height, width, channels, isFloat, isWide }): Values => {
    const length = height * width * channels
    return isFloat || !isInteger
      ? new Float32Array(length)
      : isWide === true
        ? new Uint16Array(length)
        : new Uint8Array(length)
  })
  values[steps[0]!.input] = input
  for (const step of steps) new Execution(tensors, values, isInteger).run(step)
  return values
}

const { fround } = Math

/** To the nearest whole number, ties to even. */
export function rne(value: number): number {
  const floor = Math.floor(value)
  const over = value - floor
  if (over !== 0.5) return over < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

class Execution {
  readonly #tensors: readonly FrozenTensor[]
  readonly #values: Values[]
  readonly #isInteger: boolean

  constructor(tensors: readonly FrozenTensor[], values: Values[], isInteger: boolean) {
    this.#tensors = tensors
    this.#values = values
    this.#isInteger = isInteger
  }

  run(step: FrozenStep): void {
    switch (step.kind) {
      case 'input':
        return this.#input(step)
      case 'convolution':
      case 'depthwise':
        return this.#kernel(step)
      case 'add':
      case 'multiply':
        return this.#pairs(step)
      case 'lookup':
        return this.#lookup(step)
      case 'maxPool':
      case 'averagePool':
        return this.#pool(step)
      case 'output':
        return this.#each(step, (i) => fround(this.#number(step.input, i) * fround(step.scale)))
    }
  }

  /** q - z. */
  #number(tensor: number, at: number): number {
    return this.#values[tensor]![at]! - this.#tensors[tensor]!.zeroPoint
  }

  #each({ output }: FrozenStep, value: (i: number) => number): void {
    const to = this.#values[output]!
    for (let i = 0; i < to.length; i++) to[i] = value(i)
  }

  /** A float32 as the output's number. */
  #put(output: number, value: number, low: number, high: number): number {
    const { zeroPoint, isFloat } = this.#tensors[output]!
    if (isFloat && this.#isInteger) return value
    return Math.min(Math.max(this.#isInteger ? rne(value) + zeroPoint : value, low), high)
  }

  #input({ input, output, a, b }: Of<'input'>): void {
    const x = this.#values[input]!
    this.#each({ output } as FrozenStep, (i) => {
      const value = fround(fround(x[i]! * a[i % a.length]!) + b[i % b.length]!)
      return this.#isInteger ? Math.min(Math.max(rne(value), 0), 255) : value
    })
  }

  #kernel(step: Of<'convolution'> | Of<'depthwise'>): void {
    const { output, added, low, high, multipliers, bias } = step
    const channels = this.#tensors[output]!.channels
    this.#each(step, (i) => {
      const c = i % channels
      const sum = this.#sum(step, i, c)
      const rest = added === null ? 0 : fround(this.#number(added.tensor, i) * fround(added.scale))
      const scaled = this.#isInteger ? fround(fround(sum + bias[c]!) * multipliers[c]!) : fround(sum + bias[c]!)
      return this.#put(output, fround(scaled + rest), low, high)
    })
  }

  #sum(step: Of<'convolution'> | Of<'depthwise'>, i: number, c: number): number {
    const [from, to] = [this.#tensors[step.input]!, this.#tensors[step.output]!]
    const x = this.#values[step.input]!
    const isDepthwise = step.kind === 'depthwise'
    const inner = isDepthwise ? 1 : from.channels / step.groups
    const first = isDepthwise ? c : Math.floor(c / (to.channels / step.groups)) * inner
    let sum = 0
    this.#eachPlace(step, i, (place, tap) => {
      for (let k = 0; k < inner; k++) {
        const value = place === null ? from.zeroPoint : x[place * from.channels + first + k]!
        sum += value * step.weights[isDepthwise ? tap * to.channels + c : (tap * inner + k) * to.channels + c]!
      }
    })
    return sum
  }

  /** The input's places under the window of one output, null beyond the edge, with the place in the window. */
  #eachPlace(
    { input, output, size, strides, dilations, pads }: Extract<FrozenStep, { size: unknown }>,
    i: number,
    visit: (place: number | null, tap: number) => void,
  ): void {
    const [from, to] = [this.#tensors[input]!, this.#tensors[output]!]
    const at = Math.floor(i / to.channels)
    const [y, x] = [Math.floor(at / to.width), at % to.width]
    for (let dy = 0; dy < size[0]; dy++) {
      for (let dx = 0; dx < size[1]; dx++) {
        const row = y * strides[0] + dy * dilations[0] - pads[0]
        const column = x * strides[1] + dx * dilations[1] - pads[1]
        const isInside = row >= 0 && row < from.height && column >= 0 && column < from.width
        visit(isInside ? row * from.width + column : null, dy * size[1] + dx)
      }
    }
  }

  #pairs(step: Of<'add'> | Of<'multiply'>): void {
    const { input, second, output, low, high } = step
    const { height, width, channels } = this.#tensors[second]!
    const isOne = height * width === 1
    this.#each(step, (i) => {
      const [a, b] = [this.#number(input, i), this.#number(second, isOne ? i % channels : i)]
      const value =
        step.kind === 'add'
          ? fround(fround(a * fround(step.scales[0])) + fround(b * fround(step.scales[1])))
          : fround(fround(a * b) * fround(step.scale))
      return this.#put(output, value, low, high)
    })
  }

  #lookup({ input, output, table, channelOffset }: Of<'lookup'>): void {
    const [from, to] = [this.#tensors[input]!, this.#tensors[output]!]
    this.#values[input]!.forEach((value, i) => {
      const place = Math.floor(i / from.channels) * to.channels + channelOffset + (i % from.channels)
      // Without a table it is a part of a concatenation.
      this.#values[output]![place] = this.#isInteger ? table[value]! : value
    })
  }

  #pool(step: Of<'maxPool'> | Of<'averagePool'>): void {
    const { input, output } = step
    const { channels } = this.#tensors[output]!
    this.#each(step, (i) => {
      let [sum, largest, count] = [0, -Infinity, 0]
      this.#eachPlace(step, i, (place) => {
        if (place === null) return
        const at = place * channels + (i % channels)
        sum += this.#number(input, at)
        largest = Math.max(largest, this.#values[input]![at]!)
        count += 1
      })
      if (step.kind === 'maxPool') return largest
      return this.#put(output, fround(fround(fround(sum) * fround(step.scale)) / count), step.low, step.high)
    })
  }
}
