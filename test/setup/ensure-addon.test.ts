import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { addonPath, compileAddon, tfjsNodeDir } from '../../build/setup/addon-compile.mjs'
import { findCompiler } from '../../build/setup/compiler.mjs'
import { createContext } from '../../build/setup/context.mjs'
import { ensureAddon, proveAddon } from '../../build/setup/ensure-addon.mjs'
import { readStamp } from '../../build/setup/stamp.mjs'
import { ProtoWriter } from '../../src-main/learning/engine/compile/protobuf.ts'
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
    mkdirSync(tfjsNodeDir(m), { recursive: true })
    program(
      m.bin,
      'c++',
      'for a in "$@"; do echo "$a" >> args; [ "$previous" = -o ] && echo built > "$a"; previous="$a"; done; exit 0',
    )
    await compileAddon(m, { tensorflow, output })
    const args = readFileSync(join(tfjsNodeDir(m), 'args'), 'utf8').split('\n')
    expect(args).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib')
    expect(args).toContain('/tf/lib/libtensorflow.so.2')
    expect(args.filter((name) => name.endsWith('.cc'))).toEqual(['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'])
    const headers = args.filter((_, i) => args[i - 1] === '-include')
    expect(headers.map((path) => path.slice(path.lastIndexOf('/') + 1))).toEqual([
      'napi_auto_ref.h',
      'session_options.h',
    ])
    expect(headers.every((path) => existsSync(path))).toBe(true)
    expect(readFileSync(output, 'utf8')).toBe('built\n')
  })
})

/** What a program of this folder prints, compiled with the headers of TensorFlow and of Node-API. */
function printed(name: string): string {
  const context = createContext()
  const program = join(temporaryFolder(), name)
  const headers = [
    join(context.root, 'node_modules', 'node-api-headers', 'include'),
    join(readStamp(context, 'addon')!['libraryDir'] as string, '..', 'include'),
  ]
  const source = fileURLToPath(new URL(`${name}.cc`, import.meta.url))
  const args = ['-std=c++17', '-pthread', ...headers.map((folder) => `-I${folder}`), source, '-o', program]
  const compiler = findCompiler(context)!
  execFileSync(compiler.path, [...compiler.args, ...args], { env: { ...process.env, ...compiler.env } })
  return execFileSync(program, { encoding: 'utf8' })
}

test('references to the memory of tensors are deleted on the thread of JavaScript, whoever lets go of them', () => {
  expect(printed('napi-auto-ref')).toBe('made 67, deleted 65\n')
})

test('sessions leave out the rewriters of graphs that bring ours nothing, and keep constant folding and remapping', () => {
  const rewriters = new ProtoWriter()
  // By their numbers in TensorFlow's rewriter_config.proto; 2: off.
  for (const field of [1, 7, 8, 9, 10, 11, 13, 15, 18, 22, 24]) rewriters.int(field, 2)
  // disable_tfg_optimizer, no memory optimization, one round.
  for (const field of [32, 4, 12]) rewriters.int(field, 1)
  const config = new ProtoWriter().bytes(10, new ProtoWriter().bytes(10, rewriters))
  expect(printed('session-options')).toBe(Buffer.concat(config.finish()).toString('hex'))
})

describe('the addon of this checkout', () => {
  test('adds two tensors', async () => {
    expect(await proveAddon(createContext())).toMatch(/^2\.\d+\.\d+$/)
  })

  test('carries no path of the machine it was built on', () => {
    const bytes = readFileSync(addonPath(createContext())).toString('latin1')
    expect(bytes).toContain('$ORIGIN/../../deps/lib')
    const { cacheDir, root } = createContext()
    for (const folder of [cacheDir, root, 'node_modules']) expect(bytes).not.toContain(folder)
  })

  test('holds the references that wait for their thread', () => {
    expect(readFileSync(addonPath(createContext())).toString('latin1')).toContain('11NapiAutoRef7waiting')
  })

  test('gives its sessions options of their own', () => {
    expect(readFileSync(addonPath(createContext())).toString('latin1')).toContain('5graft13SessionConfig')
  })
})
