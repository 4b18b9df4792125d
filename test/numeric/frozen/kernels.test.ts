import { afterAll, describe, expect, test } from 'vitest'
import { encodeFrozen } from '../../../src-main/learning/engine/frozen/encode-frozen.ts'
import type { FrozenProgram } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { loadFrozen, type ProfiledFrozen } from '../../../src-main/trainer/frozen.ts'
import { frozenCases } from '../../support/frozen-cases.ts'
import { frozenOutputSize, randomFrozen, randomFrozenInput } from '../../support/random-frozen.ts'
import { runFrozen } from '../../support/run-frozen.ts'

/** Instructions that a processor is to do without, so that this one stands for others. */
const PROCESSORS = { 'avx512-vnni': '', 'avx-vnni': 'avx512_vnni' } as const
const PROGRAMS = 250

function kernelsOf(processor: keyof typeof PROCESSORS): ProfiledFrozen | null {
  process.env['GRAFT_CPU_WITHOUT'] = PROCESSORS[processor]
  const { frozen } = loadFrozen()
  delete process.env['GRAFT_CPU_WITHOUT']
  return frozen?.kernels.int8 === processor ? frozen : null
}

describe.each(Object.keys(PROCESSORS) as (keyof typeof PROCESSORS)[])('int8 on %s', (processor) => {
  const frozen = kernelsOf(processor)
  if (frozen === null) console.log(`skipped: this computer has no ${processor} to run Graft’s kernels on`)
  const native = frozen!
  const handles: number[] = []
  afterAll(() => handles.forEach((handle) => native.release(handle)))

  function loaded(program: FrozenProgram): number {
    const handle = native.load(encodeFrozen(program))
    handles.push(handle)
    return handle
  }

  function run(program: FrozenProgram, handle: number, { rows, threads, seed = 1 }: Run): Float32Array {
    const output = new Float32Array(rows * frozenOutputSize(program)).fill(NaN)
    native.run(handle, randomFrozenInput(program, rows, seed), rows, output, threads)
    return output
  }

  test.skipIf(frozen === null)(`${PROGRAMS} random programs give the words’ numbers, each of them`, () => {
    for (let seed = 0; seed < PROGRAMS; seed += 1) {
      const program = randomFrozen(seed, seed % 3 === 2 ? 'pointwise' : 'small')
      const rows = 1 + (seed % 3)
      const received = run(program, loaded(program), { rows, threads: 1 + (seed % 2) })
      const expected = runFrozen(program, randomFrozenInput(program, rows, 1), rows)
      const wrong = expected.findIndex((value, i) => value !== received[i])
      expect({ seed, wrong, received: received[wrong] }).toEqual({ seed, wrong: -1, received: undefined })
    }
  })

  test.skipIf(frozen === null).each(frozenCases().map((each) => [each.name, each] as const))(
    '%s: NumPy’s integers',
    (_name, { program, input, expected }) => {
      const output = new Float32Array(expected.length)
      native.run(loaded(program), input, 1, output, 1)
      expect([...output]).toEqual([...expected])
    },
  )

  test.skipIf(frozen === null)('a row is the same beside any others, and on any number of threads', () => {
    for (let seed = 1000; seed < 1030; seed += 1) {
      const program = randomFrozen(seed)
      const handle = loaded(program)
      const whole = run(program, handle, { rows: 32, threads: 1 })
      const input = randomFrozenInput(program, 32, 1)
      for (const threads of [2, 3]) expect(run(program, handle, { rows: 32, threads })).toEqual(whole)
      for (const [from, rows] of [
        [0, 1],
        [5, 1],
        [31, 1],
        [3, 7],
      ] as const) {
        // prettier-ignore
        const part = (values: Float32Array | Uint8Array) =>
          values.slice((from * values.length) / 32, ((from + rows) * values.length) / 32)
        const output = new Float32Array(rows * frozenOutputSize(program))
        native.run(handle, part(input), rows, output, 2)
        expect({ seed, from, output }).toEqual({ seed, from, output: part(whole) })
      }
    }
  })

  test.skipIf(frozen === null)(
    'large images, of which a core holds few at a time, give the same alone and together',
    () => {
      for (let seed = 0; seed < 60; seed += 1) {
        const program = randomFrozen(seed, 'large')
        const handle = loaded(program)
        const input = randomFrozenInput(program, 20, 1)
        const whole = run(program, handle, { rows: 20, threads: 1 })
        const part = (values: Float32Array | Uint8Array, row: number) =>
          values.slice((row * values.length) / 20, ((row + 1) * values.length) / 20)
        for (let row = 0; row < 20; row += 1) {
          const output = new Float32Array(frozenOutputSize(program))
          native.run(handle, part(input, row), 1, output, 1)
          expect(differing(output, part(whole, row)), `program ${seed}, row ${row}`).toBe(-1)
        }
        if (seed % 10 === 5)
          expect(differing(runFrozen(program, part(input, 0), 1), part(whole, 0)), `${seed}`).toBe(-1)
      }
    },
  )

  test.skipIf(frozen === null)('runs of one program and of others at the same time do not meet', async () => {
    const programs = [2000, 2001, 2002].map((seed) => randomFrozen(seed))
    const all = programs.flatMap((program) => {
      const handle = loaded(program)
      return [1, 2, 3].map((seed) => ({ program, handle, seed }))
    })
    const expected = all.map(({ program, handle, seed }) => run(program, handle, { rows: 9, threads: 1, seed }))
    for (let round = 0; round < 5; round += 1) {
      const outputs = all.map(({ program }) => new Float32Array(9 * frozenOutputSize(program)))
      const started = all.map(({ program, handle, seed }, i) =>
        native.runAsync(handle, randomFrozenInput(program, 9, seed), 9, outputs[i]!, 1 + (i % 2)),
      )
      const [first] = all
      expect(run(first!.program, first!.handle, { rows: 9, threads: 2 })).toEqual(expected[0])
      await Promise.all(started)
      expect(outputs).toEqual(expected)
    }
  })

  test.skipIf(frozen === null)('a program that is released while it runs ends its run', async () => {
    const program = randomFrozen(2000)
    const handle = native.load(encodeFrozen(program))
    const output = new Float32Array(64 * frozenOutputSize(program))
    const running = native.runAsync(handle, randomFrozenInput(program, 64, 1), 64, output, 2)
    native.release(handle)
    await running
    expect(output).toEqual(run(program, loaded(program), { rows: 64, threads: 1 }))
    expect(() => native.run(handle, randomFrozenInput(program, 1, 1), 1, output, 1)).toThrow('a program that is loaded')
  })

  test.skipIf(frozen === null)('a thousand runs and two hundred programs leave no memory behind', () => {
    const program = randomFrozen(2003)
    const handle = loaded(program)
    const input = randomFrozenInput(program, 2, 1)
    const output = new Float32Array(2 * frozenOutputSize(program))
    const others = Array.from({ length: 20 }, (_, seed) => encodeFrozen(randomFrozen(seed)))
    const work = (times: number) => {
      for (let i = 0; i < times; i += 1) native.run(handle, input, 2, output, 2)
      for (let i = 0; i < times / 5; i += 1) native.release(native.load(others[i % others.length]!))
    }
    work(100)
    const before = process.memoryUsage.rss()
    work(1000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(60e6)
  })
})

/** The first place where two differ; -1: none. */
const differing = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).findIndex((value, i) => value !== b[i])

interface Run {
  readonly rows: number
  readonly threads: number
  readonly seed?: number
}

test('a processor without any of them refuses the program in words', () => {
  process.env['GRAFT_CPU_WITHOUT'] = 'avx512_vnni,avx_vnni'
  const { frozen } = loadFrozen()
  delete process.env['GRAFT_CPU_WITHOUT']
  expect(frozen?.kernels.int8).toBeNull()
  expect(() => frozen!.load(encodeFrozen(randomFrozen(1)))).toThrow(/this processor has kernels for/)
})
