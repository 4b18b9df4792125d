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

/** A compiler that counts its calls in `calls`, keeps its arguments in `args`, and writes a copy of `result`. */
function compilerOf(bin: string, name: string, result: string): { calls: () => number; args: () => string[] } {
  const [calls, args] = [join(bin, `${name}.calls`), join(bin, `${name}.args`)]
  const loop = `for a in "$@"; do echo "$a"; [ "$last" = -o ] && cp ${result} "$a"; last="$a"; done > ${args}`
  program(bin, name, `echo call >> ${calls}; ${loop}; exit 0`)
  const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [])
  return { calls: () => lines(calls).length, args: () => lines(args) }
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
    const args = compiler.args()
    expect(args).toEqual(expect.arrayContaining(['-std=c++17', '-O3', '-ffp-contract=off', '-fvisibility=hidden']))
    expect(args.filter((arg) => arg.endsWith('.cc'))).toEqual(['frozen/kernels.cc', 'module.cc'])
    expect(args.join(' ')).not.toMatch(/-march|-mavx|-ffast-math|tensorflow/)
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
    expect(zig.calls()).toBe(2)
    const args = zig.args()
    expect(args.slice(0, 3)).toEqual(compiler.args)
    expect(args).toEqual(
      expect.arrayContaining(['-shared', '-s', '-ffp-contract=off', 'module.cc', 'frozen/kernels.cc']),
    )
    expect(args.some((arg) => /node\.\d+\.lib$/.test(arg))).toBe(true)
    expect(args).not.toContain('-fPIC')
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
    expect(compiler.calls()).toBe(1)
    expect(existsSync(frozenPath(m))).toBe(true)
  })

  test('that fails is quoted, kernels of older sources are gone, and another compiler is tried', async () => {
    const m = withSources()
    const first = compilerOf(m.bin, 'c++', frozenPath(createContext()))
    await ensureFrozen(m)
    writeFileSync(join(m.root, 'build/addon/frozen/kernels.h'), '// others')
    program(m.bin, 'c++', `echo call >> ${join(m.bin, 'c++.calls')}; echo "x.cc:1:1: error: no VNNI here" >&2; exit 1`)
    await ensureFrozen(m)
    await ensureFrozen(m)
    expect(first.calls()).toBe(2)
    expect(m.said.join('')).toMatch(/not used: \S+c\+\+ could not build them \(x\.cc:1:1: error: no VNNI here\)/)
    expect(existsSync(frozenPath(m))).toBe(false)
    const other = compilerOf(m.bin, 'newer-c++', frozenPath(createContext()))
    await ensureFrozen({ ...m, env: { ...m.env, CXX: 'newer-c++' } })
    expect(other.calls()).toBe(1)
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
  expect(compiler.calls()).toBe(2)
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
