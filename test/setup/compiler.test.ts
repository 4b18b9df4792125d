import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compilerTarget } from '../../build/setup/compiler-table.mjs'
import { ensureCompiler, findCompiler } from '../../build/setup/compiler.mjs'
import { machine, program, temporaryFolder, zip } from './support.ts'

const PROGRAM = '#!/bin/sh\necho zig "$@"\n'
const PACKAGE = zip({
  'ziglang/zig': PROGRAM,
  'ziglang/zig.exe': PROGRAM,
  'ziglang/lib/libcxx/include/string': '// string',
  'ziglang/lib/libc/include/generic-netbsd/stdio.h': '// of another system',
  'ziglang/__main__.py': 'pass',
})
const wheel = {
  what: 'a C++ compiler',
  requirement: 'ziglang==0.17.1',
  withoutIt: 'install a C++ compiler',
  tag: 'some_tag',
  file: 'ziglang-test.whl',
  sha256: createHash('sha256').update(PACKAGE).digest('hex'),
  sizeBytes: PACKAGE.length,
  program: 'zig',
  target: 'x86_64-linux-gnu.2.28',
}

function withoutCompiler(
  overrides: Parameters<typeof machine>[0] = {},
): ReturnType<typeof machine> & { asked: () => number } {
  const m = machine({ compilers: { 'linux-x64': wheel, 'win32-x64': { ...wheel, program: 'zig.exe' } }, ...overrides })
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'wheel'), PACKAGE)
  const pip = `for a in "$@"; do [ "$last" = --dest ] && dest="$a"; last="$a"; done
    echo asked >> ${folder}/count; /bin/cp ${folder}/wheel "$dest/${wheel.file}"`
  const script = `case "$*" in -c*) echo 3 ;; *--version*) echo pip ;; *) ${pip} ;; esac`
  for (const name of ['python3', 'python']) program(m.bin, name, script)
  const count = join(folder, 'count')
  return { ...m, asked: () => (existsSync(count) ? readFileSync(count, 'utf8').trim().split('\n').length : 0) }
}

test('the system’s own compiler is taken, in the usual order, and nothing is fetched', async () => {
  const m = withoutCompiler()
  for (const name of ['clang++', 'g++']) program(m.bin, name, 'exit 0')
  expect(await ensureCompiler(m)).toEqual({ path: join(m.bin, 'g++'), args: [], env: {}, isKept: false })
  m.env.CXX = 'clang++'
  expect((await ensureCompiler(m)).path).toBe(join(m.bin, 'clang++'))
  expect(m.asked()).toBe(0)
})

test('a machine without one fetches one, once, says so before, and keeps what this system needs of it', async () => {
  const m = withoutCompiler()
  expect(findCompiler(m)).toBeUndefined()
  const compiler = await ensureCompiler(m)
  const folder = join(m.cacheDir, 'compiler', 'zig-0.17.1-some_tag')
  expect(compiler.path).toBe(join(folder, 'zig'))
  expect(compiler.args).toEqual(['c++', '-target', 'x86_64-linux-gnu.2.28'])
  expect(compiler.env['ZIG_GLOBAL_CACHE_DIR']).toBe(join(folder, 'cache'))
  expect(readFileSync(join(folder, 'lib/libcxx/include/string'), 'utf8')).toBe('// string')
  expect(existsSync(join(folder, 'lib/libc'))).toBe(false)
  expect(existsSync(join(folder, '__main__.py'))).toBe(false)
  expect(m.said.join('')).toMatch(
    /no C\+\+ compiler .*100 MB to download, 500 MB on disk[^]*Downloading a C\+\+ compiler/,
  )
  expect(await ensureCompiler(m)).toEqual(compiler)
  expect(m.asked()).toBe(1)
})

test('Windows has the kept one alone, whatever else is there', async () => {
  const m = withoutCompiler({ platform: 'win32' })
  for (const name of ['cl.exe', 'g++.exe']) program(m.bin, name, 'exit 0')
  m.env.CXX = 'g++'
  expect((await ensureCompiler(m)).path).toMatch(/zig-0\.17\.1-some_tag.zig\.exe$/)
})

test('what is missing for it is said together with what would help', async () => {
  const m = withoutCompiler({ env: { PATH: temporaryFolder() } })
  await expect(ensureCompiler(m)).rejects.toThrow(
    /^A C\+\+ compiler is missing, and none could be fetched \(Python 3 is missing.*or install a C\+\+ compiler.*\): sudo apt install g\+\+/,
  )
  await expect(ensureCompiler(withoutCompiler({ freeBytes: () => 300e6 }))).rejects.toThrow(
    /too little disk space .*about 700 MB there and 300 MB are free/,
  )
  await expect(ensureCompiler(machine({ compilers: {} }))).rejects.toThrow(
    /^A C\+\+ compiler is missing.*apt install g\+\+/,
  )
})

test('of the package only what builds addons for Linux, macOS and Windows is unpacked', () => {
  const kept = ['zig', 'zig.exe', 'LICENSE', 'lib/libc/mingw/crt/crtdll.c', 'lib/libc/include/any-windows-any/stdio.h']
  for (const path of kept) expect(compilerTarget(`ziglang/${path}`)).toBe(path)
  const left = [
    'lib/docs/main.js',
    'lib/libtsan/x.cpp',
    'lib/libc/include/generic-freebsd/a.h',
    'lib/libc/wasi/a.c',
    '__init__.py',
  ]
  for (const path of left) expect(compilerTarget(`ziglang/${path}`)).toBeUndefined()
  expect(compilerTarget('ziglang-0.17.1.dist-info/RECORD')).toBeUndefined()
})
