import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createContext, pinnedNode, projectRoot } from '../../build/setup/context.mjs'
import { ensureFrozen, proveFrozen } from '../../build/setup/ensure-frozen.mjs'
import { compileFrozen, frozenPath } from '../../build/setup/frozen-compile.mjs'
import { machine, program, realProgram, temporaryFolder, writeFiles } from './support.ts'

/** A module that says which kernels there are, as ours does. */
const MODULE = `
#include <node_api.h>
napi_value NoKernels(napi_env env);
static napi_value Kernels(napi_env env, napi_callback_info) { return NoKernels(env); }
NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "kernels", NAPI_AUTO_LENGTH, Kernels, nullptr, &function);
  napi_set_named_property(env, exports, "kernels", function);
  return exports;
}`
const NO_KERNELS = `
#include <node_api.h>
napi_value NoKernels(napi_env env) {
  napi_value kernels, none;
  napi_create_object(env, &kernels);
  napi_get_null(env, &none);
  napi_set_named_property(env, kernels, "int8", none);
  return kernels;
}`

/** A machine with sources, the packages of this checkout and the programs of this system. */
function withSources(overrides: Parameters<typeof machine>[0] = {}) {
  const m = machine(overrides)
  writeFiles(m.root, {
    'build/addon/module.cc': MODULE,
    'build/addon/frozen/kernels.cc': NO_KERNELS,
    'build/addon/frozen/kernels.h': '// none',
  })
  mkdirSync(join(m.root, 'node_modules/.bin'), { recursive: true })
  symlinkSync(pinnedNode(createContext()), join(m.root, 'node_modules/.bin/node'))
  symlinkSync(join(projectRoot, 'node_modules/node-api-headers'), join(m.root, 'node_modules/node-api-headers'))
  m.env.PATH = `${m.bin}:/usr/bin:/bin`
  return m
}

/** A compiler that writes a copy of `result` for whatever it is asked; its calls, a list of arguments each, the last of which links. */
function compilerOf(bin: string, name: string, result: string): { calls: () => string[][]; links: () => number } {
  const log = join(bin, `${name}.calls`)
  // One write a call: several run at a time.
  const keep = `printf '%s\\n' "$(for a in "$@"; do printf '%s|' "$a"; done)" >> ${log}`
  program(bin, name, `${keep}; for a in "$@"; do [ "$last" = -o ] && cp ${result} "$a"; last="$a"; done; exit 0`)
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [])
  const calls = () => lines().map((line) => line.split('|').slice(0, -1))
  return { calls, links: () => calls().filter((args) => !args.includes('-c')).length }
}

const own = (bin: string) => ({ path: join(bin, 'c++'), args: [], env: {}, isKept: false })

test('they are built from every source, loaded once, and not built again while nothing changes', async () => {
  const m = withSources()
  await ensureFrozen(m)
  expect(m.said.join('')).toMatch(/Building Graft’s native kernels[^]*this processor has no instructions for them/)
  expect(await proveFrozen(m)).toEqual({ int8: null })
  const built = m.said.length
  await ensureFrozen(m)
  expect(m.said).toHaveLength(built)
})

describe('the compiler', () => {
  test('is asked for no instructions of one processor, for no fused rounding, and for nothing of TensorFlow', async () => {
    const m = withSources()
    const compiler = compilerOf(m.bin, 'c++', '/dev/null')
    await compileFrozen(m, { compiler: own(m.bin), output: join(temporaryFolder(), 'a', 'kernels.node') })
    const calls = compiler.calls()
    const compiled = calls.slice(0, -1)
    for (const args of compiled)
      expect(args).toEqual(expect.arrayContaining(['-std=c++17', '-O3', '-ffp-contract=off', '-fvisibility=hidden']))
    // prettier-ignore
    expect(compiled.flatMap((args) => args.filter((arg) => arg.endsWith('.cc'))).sort()).toEqual(['frozen/kernels.cc', 'module.cc'])
    expect(calls.at(-1)!.filter((arg) => arg.endsWith('.o'))).toHaveLength(2)
    expect(calls.flat().join(' ')).not.toMatch(/-march|-mavx|-ffast-math|tensorflow/)
  })

  test('of Windows is asked the same, with a library of Node’s functions in place of a loader that finds them', async () => {
    const m = withSources({ platform: 'win32' })
    const zig = compilerOf(m.bin, 'zig.exe', '/dev/null')
    const compiler = {
      path: join(m.bin, 'zig.exe'),
      args: ['c++', '-target', 'x86_64-windows-gnu'],
      env: {},
      isKept: true,
    }
    await compileFrozen(m, { compiler, output: join(temporaryFolder(), 'kernels.node') })
    const calls = zig.calls()
    // Two sources, the library of Node's functions, and all together.
    expect(calls.map((args) => args[0])).toEqual(['c++', 'c++', 'dlltool', 'c++'])
    for (const args of calls.slice(0, 2)) {
      expect(args).toEqual(expect.arrayContaining([...compiler.args, '-O3', '-ffp-contract=off']))
      expect(args).not.toContain('-fPIC')
    }
    const link = calls.at(-1)!
    expect(link).toEqual(expect.arrayContaining(['-shared', '-s', calls[2]!.at(-1)]))
    expect(link.filter((arg) => arg.endsWith('.o'))).toHaveLength(2)
  })

  test('that is missing is told of once, and Graft goes on', async () => {
    const m = withSources()
    m.env.PATH = m.bin
    await ensureFrozen(m)
    expect(m.said.join('')).toMatch(
      /native kernels are not used: A C\+\+ compiler is missing, and none could be fetched \(Python 3 is missing.*Everything but int8 works/,
    )
    const told = m.said.length
    await ensureFrozen(m)
    expect(m.said).toHaveLength(told)
    realProgram(m.bin, 'cp')
    const compiler = compilerOf(m.bin, 'g++', frozenPath(createContext()))
    await ensureFrozen(m)
    expect(compiler.links()).toBe(1)
    expect(existsSync(frozenPath(m))).toBe(true)
  })

  test('that fails is quoted, kernels of older sources are gone, and another compiler is tried', async () => {
    const m = withSources()
    const first = compilerOf(m.bin, 'c++', frozenPath(createContext()))
    await ensureFrozen(m)
    writeFileSync(join(m.root, 'build/addon/frozen/kernels.h'), '// others')
    const built = first.calls().length
    const refuse = 'case "$*" in *kernels.cc*) echo "kernels.inl:1:1: error: no VNNI here" >&2; exit 1;; esac'
    const write = 'for a in "$@"; do [ "$last" = -o ] && touch "$a"; last="$a"; done'
    program(m.bin, 'c++', `echo call >> ${join(m.bin, 'c++.calls')}; ${refuse}; ${write}; exit 0`)
    await ensureFrozen(m)
    const tried = first.calls().length
    await ensureFrozen(m)
    expect(tried).toBeGreaterThan(built)
    expect(first.calls()).toHaveLength(tried)
    expect(m.said.join('')).toMatch(
      /not used: \S+c\+\+ could not build frozen\/kernels\.cc \(kernels\.inl:1:1: error: no VNNI here\)/,
    )
    expect(existsSync(`${frozenPath(m)}.tmp`)).toBe(false)
    expect(existsSync(frozenPath(m))).toBe(false)
    const other = compilerOf(m.bin, 'newer-c++', frozenPath(createContext()))
    await ensureFrozen({ ...m, env: { ...m.env, CXX: 'newer-c++' } })
    expect(other.links()).toBe(1)
    expect(existsSync(frozenPath(m))).toBe(true)
  })

  test('that has gone does not unmake what it built', async () => {
    const m = withSources()
    compilerOf(m.bin, 'c++', frozenPath(createContext()))
    await ensureFrozen(m)
    rmSync(join(m.bin, 'c++'))
    const built = m.said.length
    await ensureFrozen({ ...m, env: { ...m.env, PATH: m.bin } })
    expect(m.said).toHaveLength(built)
    expect(existsSync(frozenPath(m))).toBe(true)
  })
})

test('a file that cannot be loaded is taken away, with the system’s words', async () => {
  const m = withSources()
  const broken = join(temporaryFolder(), 'broken.node')
  writeFileSync(broken, 'no library')
  compilerOf(m.bin, 'c++', broken)
  await ensureFrozen(m)
  expect(m.said.join('')).toMatch(/not used: they were built but cannot be loaded \(.*(invalid ELF header|too short)/)
  expect(existsSync(frozenPath(m))).toBe(false)
})

test('a file that was put in the place of ours is built anew', async () => {
  const m = withSources()
  const compiler = compilerOf(m.bin, 'c++', frozenPath(createContext()))
  await ensureFrozen(m)
  mkdirSync(dirname(frozenPath(m)), { recursive: true })
  rmSync(frozenPath(m))
  copyFileSync(frozenPath(createContext()), frozenPath(m))
  await ensureFrozen(m)
  expect(compiler.links()).toBe(2)
})

describe('the kernels of this checkout', () => {
  test('load without TensorFlow', async () => {
    expect(Object.keys(await proveFrozen(createContext())).sort()).toEqual(['bfloat16', 'float32', 'int8'])
    expect(readFileSync(frozenPath(createContext()), 'latin1')).not.toMatch(/libtensorflow/)
  })

  test('carry no path of the machine they were built on', () => {
    const bytes = readFileSync(frozenPath(createContext()), 'latin1')
    expect(bytes).not.toContain(projectRoot)
    expect(bytes).not.toContain('build/addon')
  })
})
