import { describe, expect, test } from 'vitest'
import { encodeFrozen } from '../../../src-main/learning/engine/frozen/encode-frozen.ts'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { frozenSizes } from '../../../src-main/learning/engine/frozen/frozen-sizes.ts'
import { loadFrozen } from '../../../src-main/trainer/frozen.ts'
import { frozenCases } from '../../support/frozen-cases.ts'
import { frozenOutputSize, randomFrozen, randomFrozenInput } from '../../support/random-frozen.ts'
import { randomFloatFrozen } from '../../support/random-frozen-float.ts'

/** What nobody but Graft writes comes to the kernels; that it cannot hurt them is tried all the same. */
const { frozen } = loadFrozen()
const canRun = (frozen?.kernels.int8 ?? null) !== null
if (!canRun) console.log('skipped: this computer cannot run Graft’s int8 kernels')
const native = frozen!

const PROGRAM = randomFrozen(7)
/** Its tensors 2 and 3 have 12 bits, steps 2 and 3 read them. */
const WIDE_PROGRAM = frozenCases().at(-1)!.program
const HEADER = 8
const TENSOR = 8
const STEP = 32
/** The word of a tensor that says so. */
const WIDE = 6
const NASTY = [-1, 0, 1, 255, 256, 65_536, 0x7fff_ffff, -0x8000_0000, 0x4000_0000, 0x10_0000]

const words = (program: Uint8Array) => new Int32Array(program.buffer, program.byteOffset, program.byteLength >> 2)

/** A program with some of its words replaced. */
function changed(program: FrozenProgram, changes: Record<number, number>): Uint8Array {
  const bytes = encodeFrozen(program).slice()
  for (const [at, value] of Object.entries(changes)) words(bytes)[Number(at)] = value
  return bytes
}

/** Those that this computer has kernels for. */
const PRECISIONS = (['int8', 'float32', 'bfloat16'] as const).filter(
  (precision) => (frozen?.kernels[precision] ?? null) !== null,
)

/** Words that follow the header: of the tensors, then of the steps. */
const wordsBeforeData = ({ tensors, steps }: FrozenProgram) => HEADER + tensors.length * TENSOR + steps.length * STEP
const stepWord = ({ tensors }: FrozenProgram, step: number, word: number) =>
  HEADER + tensors.length * TENSOR + step * STEP + word

describe.skipIf(!canRun)('refused, in words, are', () => {
  const [last, convolution] = [PROGRAM.steps.length - 1, PROGRAM.steps.findIndex(({ kind }) => kind === 'convolution')]

  test.each<[string, () => Uint8Array]>([
    ['no bytes', () => new Uint8Array()],
    ['another magic', () => changed(PROGRAM, { 0: 0 })],
    ['a precision that does not exist', () => changed(PROGRAM, { 1: 3 })],
    ['no tensors', () => changed(PROGRAM, { 2: 0 })],
    ['no steps', () => changed(PROGRAM, { 3: 0 })],
    ['more tensors than there are bytes', () => changed(PROGRAM, { 2: 0x7fff_ffff })],
    ['more steps than there are bytes', () => changed(PROGRAM, { 3: 0x0400_0000 })],
    ['data beyond the end', () => changed(PROGRAM, { 4: 0x7fff_ff00 })],
    ['data over the steps', () => changed(PROGRAM, { 4: 0 })],
    ['more data than bytes', () => changed(PROGRAM, { 5: 0x7fff_ffff })],
    ['a tensor without rows', () => changed(PROGRAM, { [HEADER]: 0 })],
    ['a tensor that is larger than any memory', () => changed(PROGRAM, { 8: 0x7fff_ffff, 9: 0x7fff_ffff })],
    ['a zero point beyond a byte', () => changed(PROGRAM, { [HEADER + TENSOR + 3]: 256 })],
    ['a step that does not exist', () => changed(PROGRAM, { [stepWord(PROGRAM, 1, 0)]: 9 })],
    ['a first step that is no input', () => changed(PROGRAM, { [stepWord(PROGRAM, 0, 0)]: 7 })],
    ['an input that is no tensor', () => changed(PROGRAM, { [stepWord(PROGRAM, 1, 1)]: 1000 })],
    ['an input before it was computed', () => changed(PROGRAM, { [stepWord(PROGRAM, 0, 1)]: 2 })],
    ['an output that is no tensor', () => changed(PROGRAM, { [stepWord(PROGRAM, last, 3)]: -1 })],
    ['an output of another step', () => changed(PROGRAM, { [stepWord(PROGRAM, 2, 3)]: 1 })],
    ['a window of nothing', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 4)]: 0 })],
    ['a stride of nothing', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 6)]: 0 })],
    ['a pad that overflows', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 10)]: 0x7fff_ffff })],
    ['no groups', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 12)]: 0 })],
    ['weights beyond the end', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 15)]: 0x7fff_ffc0 })],
    ['weights before the data', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 15)]: -64 })],
    ['no bias', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 16)]: -1 })],
    ['no multipliers', () => changed(PROGRAM, { [stepWord(PROGRAM, convolution, 17)]: -1 })],
    ['12 bits of an input', () => changed(PROGRAM, { [HEADER + TENSOR + WIDE]: 1 })],
    ['12 bits that a larger window reads', () => changed(WIDE_PROGRAM, { [stepWord(WIDE_PROGRAM, 3, 4)]: 2 })],
    ['12 bits that a depthwise kernel reads', () => changed(WIDE_PROGRAM, { [stepWord(WIDE_PROGRAM, 3, 0)]: 2 })],
    ['a zero point beyond 12 bits', () => changed(WIDE_PROGRAM, { [HEADER + 2 * TENSOR + 3]: 4096 })],
    ['bounds beyond 12 bits', () => changed(WIDE_PROGRAM, { [stepWord(WIDE_PROGRAM, 1, 14)]: 4096 })],
  ])('%s', (_what, bytes) => {
    expect(() => native.load(bytes())).toThrow(/\w+ \w+/)
  })

  test('a program that is cut short, wherever', () => {
    const whole = encodeFrozen(PROGRAM)
    for (let length = 0; length < whole.length; length += length < 2048 ? 4 : 509) {
      expect(() => native.load(whole.slice(0, length)), `${length} of ${whole.length} bytes`).toThrow()
    }
  })
})

test.skipIf(!canRun)(
  'any word of any program may be wrong: it is refused, or what it says is computed within its own memory',
  () => {
    let [refused, ran] = [0, 0]
    for (let seed = 0; seed < 60; seed += 1) {
      const precision = PRECISIONS[seed % PRECISIONS.length]!
      const program = precision === 'int8' ? randomFrozen(seed) : randomFloatFrozen(seed, precision)
      for (let at = 1; at < wordsBeforeData(program); at += 1 + (seed % 5)) {
        const bytes = changed(program, { [at]: NASTY[(at + seed) % NASTY.length]! })
        let handle: number
        try {
          handle = native.load(bytes)
        } catch (error) {
          expect((error as Error).message).not.toBe('')
          refused += 1
          continue
        }
        const { takes, inputs, outputs } = frozenSizes(bytes)
        const input = takes === 'uint8' ? new Uint8Array(inputs).fill(200) : new Float32Array(inputs).fill(0.7)
        native.run(handle, input, 1, new Float32Array(outputs), 1)
        native.release(handle)
        ran += 1
      }
    }
    expect(refused).toBeGreaterThan(1000)
    expect(ran).toBeGreaterThan(1000)
  },
)

describe.skipIf(!canRun)('a run is refused, with what was expected, for', () => {
  const handle = canRun ? native.load(encodeFrozen(PROGRAM)) : 0
  const input = (rows: number) => randomFrozenInput(PROGRAM, rows, 1)
  const output = (rows: number) => new Float32Array(rows * frozenOutputSize(PROGRAM))
  const run = native?.run.bind(native)

  test.each<[string, RegExp, () => void]>([
    ['too few inputs', /inputs\. Received/, () => run(handle, input(1), 2, output(2), 1)],
    ['too many inputs', /inputs\. Received/, () => run(handle, input(3), 2, output(2), 1)],
    ['an output that is too short', /outputs\. Received/, () => run(handle, input(2), 2, output(1), 1)],
    ['an output that is too long', /outputs\. Received/, () => run(handle, input(2), 2, output(3), 1)],
    ['no rows', /rows\. Received: 0/, () => run(handle, input(1).slice(0, 0), 0, output(0), 1)],
    ['half a row', /rows\. Received: 0\.5/, () => run(handle, input(1), 0.5, output(1), 1)],
    ['no threads', /threads\. Received: 0/, () => run(handle, input(1), 1, output(1), 0)],
    ['a handle of nothing', /loaded\. Received: handle 12345/, () => run(12_345, input(1), 1, output(1), 1)],
    [
      'numbers of another kind',
      /inputs\. Received: (float32|uint8)/,
      () => run(handle, input(1) instanceof Uint8Array ? new Float32Array(1) : new Uint8Array(1), 1, output(1), 1),
    ],
  ])('%s', (_what, words, attempt) => {
    expect(attempt).toThrow(words)
  })

  test('wrong sizes of a run on its own thread, as a promise', async () => {
    await expect(native.runAsync(handle, input(1), 2, output(2), 1)).rejects.toThrow(/inputs\. Received/)
  })

  test('a program that was released; releasing it twice does nothing', () => {
    const other = native.load(encodeFrozen(PROGRAM))
    native.release(other)
    native.release(other)
    expect(() => run(other, input(1), 1, output(1), 1)).toThrow(/loaded\. Received: handle/)
  })
})
