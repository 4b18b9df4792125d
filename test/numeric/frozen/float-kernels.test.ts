import { describe, expect, test } from 'vitest'
import { encodeFrozen } from '../../../src-main/learning/engine/frozen/encode-frozen.ts'
import { loadFrozen } from '../../../src-main/trainer/frozen.ts'
import { frozenOutputSize } from '../../support/random-frozen.ts'
import { randomFloatFrozen, randomFloatInput } from '../../support/random-frozen-float.ts'
import { runFrozen } from '../../support/run-frozen.ts'

/** bfloat16 is multiplied in two ways; which one is taken elsewhere, the processor's speed tells. */
const KINDS = [
  ['float32', 'float32', '', 1e-5],
  ['bfloat16, products of its own', 'bfloat16', 'bf16_wide', 0.015],
  ['bfloat16, products of float32', 'bfloat16', 'bf16_dots', 0.015],
] as const

function kernelsWithout(flags: string): ReturnType<typeof loadFrozen>['frozen'] {
  process.env['GRAFT_CPU_WITHOUT'] = flags
  const { frozen } = loadFrozen()
  delete process.env['GRAFT_CPU_WITHOUT']
  return frozen
}

/** Relative to the length of the expected numbers; sums are in another order. */
function difference(received: Float32Array, expected: Float32Array): number {
  let [wrong, all] = [0, 1e-6]
  for (let i = 0; i < expected.length; i += 1) {
    wrong += (received[i]! - expected[i]!) ** 2
    all += expected[i]! ** 2
  }
  return Math.sqrt(wrong / all)
}

test.skipIf(kernelsWithout('')?.kernels.bfloat16 == null)(
  'each way of multiplying bfloat16 has kernels of its own',
  () => {
    const names = ['bf16_wide', 'bf16_dots'].map((flag) => kernelsWithout(flag)?.kernels.bfloat16)
    expect(names).toEqual(['avx512-bf16', 'avx512-bf16-fma'])
  },
)

describe.each(KINDS)('%s', (_title, precision, without, tolerance) => {
  const frozen = kernelsWithout(without)
  const canRun = (frozen?.kernels[precision] ?? null) !== null
  if (!canRun) console.log(`skipped: this computer cannot run Graft’s ${precision} kernels`)
  const native = frozen!

  function loaded(seed: number, size: 'small' | 'large') {
    const program = randomFloatFrozen(seed, precision, size)
    const handle = native.load(encodeFrozen(program))
    const run = (input: Uint8Array | Float32Array, rows: number, threads: number) => {
      const output = new Float32Array(rows * frozenOutputSize(program)).fill(NaN)
      native.run(handle, input, rows, output, threads)
      return output
    }
    return { program, run, release: () => native.release(handle) }
  }

  test.skipIf(!canRun)('250 random programs give the words’ numbers', () => {
    const differences: number[] = []
    for (let seed = 0; seed < 250; seed += 1) {
      const { program, run, release } = loaded(seed, 'small')
      const rows = 1 + (seed % 3)
      const input = randomFloatInput(program, rows, 1)
      const received = run(input, rows, 1 + (seed % 2))
      differences.push(difference(received, runFrozen(program, input, rows)))
      release()
    }
    // Two programs squeeze all they know through one channel, where what is left of large sums magnifies rounding.
    const [worst, , third] = differences.sort((a, b) => b - a)
    expect(worst).toBeLessThan(tolerance * 10)
    expect(third).toBeLessThan(tolerance)
  })

  test.skipIf(!canRun)('a row is the same beside any others, and on any number of threads', () => {
    const count = 20
    for (let seed = 0; seed < 40; seed += 1) {
      const { program, run, release } = loaded(seed, seed % 2 === 0 ? 'small' : 'large')
      const input = randomFloatInput(program, count, 1)
      const whole = run(input, count, 1)
      const part = <T extends Float32Array | Uint8Array>(values: T, from: number, rows: number) =>
        values.slice((from * values.length) / count, ((from + rows) * values.length) / count) as T
      for (const threads of [2, 3]) expect(run(input, count, threads), `program ${seed}`).toEqual(whole)
      for (const [from, rows] of [
        [0, 1],
        [9, 1],
        [19, 1],
        [4, 7],
      ] as const) {
        // prettier-ignore
        expect(run(part(input, from, rows), rows, 1), `program ${seed}, row ${from}`).toEqual(part(whole, from, rows))
      }
      release()
    }
  })
})
