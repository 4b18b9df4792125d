import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../../../build/setup/context.mjs'
import type { FrozenNative } from '../../../src-main/learning/frozen-native.ts'
import { encodeFrozen } from '../../../src-main/learning/engine/frozen/encode-frozen.ts'
import { loadFrozen } from '../../../src-main/trainer/frozen.ts'
import { temporaryFolder } from '../../setup/support.ts'
import { frozenOutputSize, randomFrozen, randomFrozenInput } from '../../support/random-frozen.ts'
import { randomFloatFrozen, randomFloatInput } from '../../support/random-frozen-float.ts'

const { frozen } = loadFrozen()
const ROWS = 37
const PROGRAM = { seed: 1000, rows: 64 }
const TASKS = '/proc/self/task'

/** A run through the engine in a process of its own, on the threads of a job (0: it says none): how many threads it added, and what came out. */
function runWith(threads: number): { readonly added: number; readonly numbers: string } {
  const script = join(temporaryFolder(), 'run.ts')
  const from = (path: string) => JSON.stringify(join(projectRoot, path))
  writeFileSync(
    script,
    `import { createHash } from 'node:crypto'
     import { readdirSync } from 'node:fs'
     import { createFrozenInference } from ${from('src-main/learning/engine/frozen/frozen-inference.ts')}
     import { loadFrozen } from ${from('src-main/trainer/frozen.ts')}
     import { randomFrozen, randomFrozenInput } from ${from('test/support/random-frozen.ts')}
     const program = randomFrozen(${PROGRAM.seed})
     const inference = createFrozenInference({ ...loadFrozen(), threads: ${threads} }, program, null)
     const input = randomFrozenInput(program, ${PROGRAM.rows}, 1)
     const before = readdirSync('${TASKS}').length
     const [output] = inference.run(input)
     const added = readdirSync('${TASKS}').length - before
     console.log(JSON.stringify({ added, numbers: createHash('sha256').update(output).digest('hex') }))`,
  )
  const args = ['--disable-warning=ExperimentalWarning', script]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: projectRoot }))
}

describe.skipIf((frozen?.kernels.int8 ?? null) === null || !existsSync(TASKS))('of a job', () => {
  let expected: string
  beforeAll(() => {
    const program = randomFrozen(PROGRAM.seed)
    const output = new Float32Array(PROGRAM.rows * frozenOutputSize(program))
    const handle = frozen!.load(encodeFrozen(program))
    frozen!.run(handle, randomFrozenInput(program, PROGRAM.rows, 1), PROGRAM.rows, output, 1)
    expected = createHash('sha256').update(output).digest('hex')
  })

  test.each([1, 2, 3, 5])('%i are taken, the caller’s own among them', (threads) => {
    expect(runWith(threads)).toEqual({ added: threads - 1, numbers: expected })
  })

  test('that says nothing, as many as there are cores', () => {
    const { added, numbers } = runWith(0)
    // One a core, which the images suffice for up to 64.
    expect(added).toBe(Math.min(PROGRAM.rows, navigator.hardwareConcurrency) - 1)
    expect(numbers).toBe(expected)
  })
})

describe.each(['int8', 'float32', 'bfloat16'] as const)('%s', (precision) => {
  const canRun = (frozen?.kernels[precision] ?? null) !== null
  if (!canRun) console.log(`skipped: this computer cannot run Graft’s ${precision} kernels`)

  test.skipIf(!canRun)('gives the same numbers on any number of threads, more than images or cores included', () => {
    const native: FrozenNative = frozen!
    for (let seed = 0; seed < 12; seed += 1) {
      const size = seed % 3 === 0 ? 'large' : 'small'
      const [program, input] = (() => {
        if (precision === 'int8') {
          const made = randomFrozen(seed, size)
          return [made, randomFrozenInput(made, ROWS, 1)] as const
        }
        const made = randomFloatFrozen(seed, precision, size)
        return [made, randomFloatInput(made, ROWS, 1)] as const
      })()
      const handle = native.load(encodeFrozen(program))
      const run = (threads: number) => {
        const output = new Float32Array(ROWS * frozenOutputSize(program)).fill(NaN)
        native.run(handle, input, ROWS, output, threads)
        return output
      }
      const alone = run(1)
      for (const threads of [2, 3, 4, 7, ROWS, 100, 100_000]) {
        expect(
          Buffer.compare(Buffer.from(run(threads).buffer), Buffer.from(alone.buffer)),
          `program ${seed} on ${threads}`,
        ).toBe(0)
      }
      native.release(handle)
    }
  })
})
