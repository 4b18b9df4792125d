import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createContext } from '../../build/setup/context.mjs'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { buildRunner } from './build-runner.ts'
import { damagedCase, KERNELS, randomCase, type SanitisedCase } from './cases.ts'

/** How many cases of each kind of kernels. Under the sanitiser of threads a run takes far longer, and what matters is how work is shared. */
const SANITISERS = [
  { flags: 'address,undefined', small: 500, large: 40, damaged: 1500 },
  { flags: 'thread', small: 40, large: 4, damaged: 0 },
]
const AT_A_TIME = 200

interface Ended {
  readonly code: number | string
  readonly output: string
}

function runProgram(program: string, args: readonly string[]): Promise<Ended> {
  // A finding ends the process; memory that a program asks for in vain does not.
  const env = {
    ...process.env,
    ASAN_OPTIONS: 'max_allocation_size_mb=3000',
    UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
  }
  return new Promise((resolve) => {
    execFile(program, args, { env, maxBuffer: 2 ** 26 }, (error, out, words) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? 1), output: out + words }),
    )
  })
}

/** @throws Error with the sanitiser's words, or the first case that gave other numbers than the kernels of this checkout */
async function check(program: string, folder: string, cases: readonly SanitisedCase[]): Promise<void> {
  const [given, made] = [join(folder, 'cases'), join(folder, 'outputs')]
  writeFileSync(given, Buffer.concat(cases.map(({ bytes }) => bytes)))
  const { code, output } = await runProgram(program, [given, made])
  const names = `${cases[0]!.name} to ${cases.at(-1)!.name}`
  if (code !== 0 || output !== '') throw new Error(`${names}: it ended with ${code}.\n${output.slice(0, 8000)}`)
  const outputs = readFileSync(made)
  let at = 0
  for (const { name, bytes, expected } of cases) {
    const isRun = outputs.readInt32LE(at) === 1
    const length = isRun ? 4 * Buffer.from(bytes).readInt32LE(20) : 0
    const received = outputs.subarray(at + 4, at + 4 + length)
    if (expected !== null && !received.equals(expected)) throw new Error(`${name}: other numbers came out.`)
    at += 4 + length
  }
}

const { values } = parseArgs({ options: { seed: { type: 'string', default: '0' } } })
const seed = Number(values.seed)
const { frozen } = loadFrozen()
if (frozen === undefined) throw new Error('Expected native kernels. Received: none on this computer.')
const kernels = KERNELS.filter((name) => frozen.kernels[name === 'int8 of AVX-VNNI' ? 'int8' : name] !== null)
console.log(`Kernels: ${kernels.join(', ')}. Seed ${seed}.`)
const folder = mkdtempSync(join(tmpdir(), 'graft-sanitise-'))
try {
  for (const { flags, small, large, damaged } of SANITISERS) {
    const program = await buildRunner(createContext(), flags)
    const fault = await runProgram(program, ['', '', 'fault'])
    if (fault.code === 0) throw new Error(`The sanitisers (${flags}) do not see a fault that is there.`)
    for (const name of kernels) {
      const range = (count: number) => Array.from({ length: count }, (_, i) => seed + i)
      const cases = [
        ...range(small).map((each) => () => randomCase(frozen, name, each, 'small')),
        ...range(large).map((each) => () => randomCase(frozen, name, each, 'large')),
        ...range(damaged).map((each) => () => damagedCase(name, each)),
      ]
      for (let i = 0; i < cases.length; i += AT_A_TIME) {
        const part = cases.slice(i, i + AT_A_TIME).map((make) => make())
        await check(program, folder, part)
      }
      console.log(`${flags}: ${cases.length} programs of ${name}, no finding.`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
