import type { FrozenProgram, FrozenStep } from './frozen-program.ts'

const MAGIC = 0x314e_4647
const HEADER = 8
const TENSOR = 8
const STEP = 32
const KINDS = [
  'input',
  'convolution',
  'depthwise',
  'add',
  'multiply',
  'lookup',
  'maxPool',
  'averagePool',
  'output',
] as const
const PRECISIONS = ['float32', 'bfloat16', 'int8'] as const
const ALIGNMENT = 64

/**
 * A program as the native kernels read it (build/addon/frozen/program.h), little endian: a header of 8 int32 (magic "GFN1", precision, tensors, steps, where the
 * data begin in bytes, their bytes, 0, 0), 8 int32 a tensor, 32 a step, then the data, each array at a multiple of 64 bytes. Numbers with a fraction stand as the
 * bits of a float32.
 */
export function encodeFrozen({ precision, tensors, steps }: FrozenProgram): Uint8Array {
  const data = new DataParts()
  const words = new Int32Array(HEADER + tensors.length * TENSOR + steps.length * STEP)
  tensors.forEach(({ height, width, channels, zeroPoint, isFloat, scale, isWide = false }, i) => {
    words.set([height, width, channels, zeroPoint, Number(isFloat), bits(scale), Number(isWide)], HEADER + i * TENSOR)
  })
  steps.forEach((step, i) => {
    words.set(stepWords(step, data, precision === 'int8'), HEADER + tensors.length * TENSOR + i * STEP)
  })
  const start = aligned(words.byteLength)
  words.set([MAGIC, PRECISIONS.indexOf(precision), tensors.length, steps.length, start, data.bytes])
  const program = new Uint8Array(start + data.bytes)
  program.set(new Uint8Array(words.buffer))
  data.writeTo(program, start)
  return program
}

/** Words of a step: 0 kind, 1 input, 2 second or added, 3 output, 4..11 size, strides, dilations, pads, 12 groups, 13 low, 14 high, 15 weights, 16 bias, 17
 *  multipliers (-1: none), 18 and 19 scales, 20 channel offset, 21 whether the input takes uint8. */
function stepWords(step: FrozenStep, data: DataParts, isInteger: boolean): number[] {
  const words = new Array<number>(STEP).fill(0)
  const put = (from: number, values: readonly number[]) => values.forEach((value, i) => (words[from + i] = value))
  put(0, [KINDS.indexOf(step.kind), step.input, -1, step.output])
  put(15, [-1, -1, -1])
  if ('size' in step) put(4, [...step.size, ...step.strides, ...step.dilations, ...step.pads])
  if ('low' in step)
    put(
      13,
      [step.low, step.high].map((bound) => (isInteger ? bound : bits(bound))),
    )
  if ('weights' in step) {
    put(12, [step.kind === 'convolution' ? step.groups : 1])
    put(15, [
      data.add(step.weights),
      data.add(step.bias),
      step.multipliers.length === 0 ? -1 : data.add(step.multipliers),
    ])
    if (step.added !== null) put(2, [step.added.tensor])
    put(18, [bits(step.added?.scale ?? 0)])
  }
  if (step.kind === 'input') {
    put(15, [data.add(step.a), data.add(step.b)])
    put(21, [Number(step.takes === 'uint8')])
  }
  if (step.kind === 'add') put(18, step.scales.map(bits))
  if (step.kind === 'multiply' || step.kind === 'averagePool' || step.kind === 'output') put(18, [bits(step.scale)])
  if (step.kind === 'add' || step.kind === 'multiply') put(2, [step.second])
  if (step.kind === 'lookup') {
    put(15, [data.add(step.table)])
    put(20, [step.channelOffset])
  }
  return words
}

class DataParts {
  readonly #parts: { readonly at: number; readonly values: Uint8Array }[] = []
  bytes = 0

  /** Where the array will begin, from the start of the data. */
  add(values: Int8Array | Uint8Array | Int32Array | Float32Array): number {
    const at = this.bytes
    this.#parts.push({ at, values: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) })
    this.bytes = aligned(at + values.byteLength)
    return at
  }

  writeTo(program: Uint8Array, start: number): void {
    for (const { at, values } of this.#parts) program.set(values, start + at)
  }
}

function bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
