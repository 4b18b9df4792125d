import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { addonPath, compileAddon, findCompiler } from '../../build/setup/addon-compile.mjs'
import { createContext } from '../../build/setup/context.mjs'
import { ensureAddon, proveAddon } from '../../build/setup/ensure-addon.mjs'
import { machine, program, temporaryFolder } from './support.ts'

const tensorflow = {
  folder: '/tf',
  includeDir: '/tf/include',
  libraryDir: '/tf/lib',
  libraries: ['/tf/lib/libtensorflow.so.2'],
}

describe('the compiler', () => {
  test('that is missing is named with the command that installs it', async () => {
    await expect(ensureAddon(machine(), tensorflow)).rejects.toThrow(/^A C\+\+ compiler is missing.*apt install g\+\+/)
  })

  test('that CXX names but that is not there is refused', async () => {
    const m = machine()
    m.env.CXX = 'no-such-compiler'
    await expect(ensureAddon(m, tensorflow)).rejects.toThrow(/CXX is no-such-compiler, but there is no such program/)
  })

  test('that fails is quoted with its first error', async () => {
    const m = machine()
    program(m.bin, 'g++', 'echo "x.cc:1:1: error: no C++17 here" >&2; exit 1')
    await expect(ensureAddon(m, tensorflow)).rejects.toThrow(
      /could not be built with .*g\+\+ \(x\.cc:1:1: error: no C\+\+17 here\)/,
    )
  })

  test('is told to look for the libraries beside the addon and to link the given ones', async () => {
    const m = machine()
    const output = join(temporaryFolder(), 'a', 'addon.node')
    program(
      m.bin,
      'c++',
      'for a in "$@"; do echo "$a" >> args; [ "$previous" = -o ] && echo built > "$a"; previous="$a"; done; exit 0',
    )
    await compileAddon(m, { tensorflow, output })
    const args = readFileSync(join(output, '..', 'args'), 'utf8').split('\n')
    expect(args).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib')
    expect(args).toContain('/tf/lib/libtensorflow.so.2')
    expect(args[args.indexOf('-include') + 1]).toMatch(/build\/setup\/napi_auto_ref\.h$/)
    expect(readFileSync(output, 'utf8')).toBe('built\n')
  })
})

test('references to the memory of tensors are deleted on the thread of JavaScript, whoever lets go of them', () => {
  const program = join(temporaryFolder(), 'napi-auto-ref')
  const source = fileURLToPath(new URL('napi-auto-ref.cc', import.meta.url))
  const headers = join(createContext().root, 'node_modules', 'node-api-headers', 'include')
  const compiler = findCompiler(createContext())
  execFileSync(compiler, ['-std=c++17', '-pthread', `-I${headers}`, source, '-o', program])
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('made 67, deleted 65\n')
})

describe('the addon of this checkout', () => {
  test('adds two tensors', async () => {
    expect(await proveAddon(createContext())).toMatch(/^2\.\d+\.\d+$/)
  })

  test('carries no path of the machine it was built on', () => {
    const bytes = readFileSync(addonPath(createContext())).toString('latin1')
    expect(bytes).toContain('$ORIGIN/../../deps/lib')
    expect(bytes).not.toContain(createContext().cacheDir)
  })

  test('holds the references that wait for their thread', () => {
    expect(readFileSync(addonPath(createContext())).toString('latin1')).toContain('11NapiAutoRef7waiting')
  })
})
