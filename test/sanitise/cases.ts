import { randomInt, seededRandom } from '../../src-main/base/seeded-random.ts'
import { encodeFrozen } from '../../src-main/learning/engine/frozen/encode-frozen.ts'
import type { FrozenProgram } from '../../src-main/learning/engine/frozen/frozen-program.ts'
import type { FrozenNative } from '../../src-main/learning/frozen-native.ts'
import { frozenOutputSize, randomFrozen, randomFrozenInput } from '../support/random-frozen.ts'
import { randomFloatFrozen, randomFloatInput } from '../support/random-frozen-float.ts'

/** One run of run-programs.cc. */
export interface SanitisedCase {
  readonly name: string
  readonly bytes: Uint8Array
  /** What comes out, as bytes; null: whatever it is, or a refusal. */
  readonly expected: Uint8Array | null
}

type Kernels = 'int8' | 'int8 of AVX-VNNI' | 'float32' | 'bfloat16'
export const KERNELS: readonly Kernels[] = ['int8', 'int8 of AVX-VNNI', 'float32', 'bfloat16']

const isInt8 = (kernels: Kernels) => kernels.startsWith('int8')
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** A random program on 1 to 33 images and 1 to 4 threads, which gives what the kernels of this checkout give on one. */
export function randomCase(
  native: FrozenNative,
  kernels: Kernels,
  seed: number,
  size: 'small' | 'large',
): SanitisedCase {
  const rows = size === 'large' ? 1 + (seed % 3) : [1, 2, 3, 17, 5, 33][seed % 6]!
  const program = randomProgram(kernels, seed, size)
  const input = isInt8(kernels) ? randomFrozenInput(program, rows, 1) : randomFloatInput(program, rows, 1)
  const output = new Float32Array(rows * frozenOutputSize(program))
  const encoded = encodeFrozen(program)
  const handle = native.load(encoded)
  native.run(handle, input, rows, output, 1)
  native.release(handle)
  const without = kernels === 'int8 of AVX-VNNI' ? 1 : 0
  const head = [without, 1 + (seed % 4), rows, encoded.length, input.byteLength, output.length]
  return {
    name: `${kernels}, ${size}, seed ${seed}`,
    bytes: Buffer.concat([bytesOf(Int32Array.from(head)), encoded, bytesOf(input as Uint8Array<ArrayBuffer>)]),
    expected: bytesOf(output),
  }
}

function randomProgram(kernels: Kernels, seed: number, size: 'small' | 'large'): FrozenProgram {
  if (kernels === 'float32' || kernels === 'bfloat16') return randomFloatFrozen(seed, kernels, size)
  return randomFrozen(seed, size)
}

const HEADER = 8
const TENSOR = 8
const STEP = 32
const NASTY = [-1, 0, 1, 2, 255, 256, 65_536, 0x7fff_ffff, -0x8000_0000, 0x4000_0000, 0x10_0000]
/** Numbers of an output that is still tried. */
const MOST_NUMBERS = 3e6

/** A program with one or two words of its head replaced, which may be refused or run, on zeros. */
export function damagedCase(kernels: Kernels, seed: number): SanitisedCase {
  const random = seededRandom(seed, 'damaged-program')
  const program = randomProgram(kernels, randomInt(random, 300), 'small')
  const encoded = new Uint8Array(encodeFrozen(program))
  const words = new Int32Array(encoded.buffer)
  const steps = HEADER + TENSOR * program.tensors.length
  for (let count = 1 + randomInt(random, 2); count > 0; count -= 1) {
    const at = randomInt(random, steps + STEP * program.steps.length)
    if (random() < 0.4) words[at] = NASTY[randomInt(random, NASTY.length)]!
    else words[at] = random() < 0.7 ? words[at]! + randomInt(random, 5) - 2 : random() * 2 ** 32
  }
  /** By what the program says now: whoever gets so far as to run is to find that much. */
  const numbersOf = (tensor: number) => {
    const at = HEADER + TENSOR * tensor
    const numbers = words[at]! * words[at + 1]! * words[at + 2]!
    return numbers > 0 && numbers < MOST_NUMBERS ? numbers : 1
  }
  const input = 4 * numbersOf(words[steps + 1]!)
  const output = numbersOf(words[steps + STEP * (program.steps.length - 1) + 3]!)
  const head = Int32Array.of(0, 2, 1, encoded.length, input, output)
  const bytes = Buffer.concat([bytesOf(head), encoded, new Uint8Array(input)])
  return { name: `damaged ${kernels}, seed ${seed}`, bytes, expected: null }
}
