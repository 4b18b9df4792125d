import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupProblem } from './problem.mjs'
import { findProgram, run } from './process.mjs'

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc']

/** Read by the compiler before the sources: each says why. */
const HEADERS = ['napi_auto_ref.h', 'session_options.h'].map((name) => fileURLToPath(new URL(name, import.meta.url)))

export function tfjsNodeDir(context) {
  return join(context.root, 'node_modules', '@tensorflow', 'tfjs-node')
}

/** Where tfjs-node looks for its addon. */
export function addonPath(context) {
  return join(tfjsNodeDir(context), 'lib', 'napi-v8', 'tfjs_binding.node')
}

/**
 * Compiles tfjs-node's own C++ against a TensorFlow, without node-gyp (which would download Node's headers).
 * The addon looks for TensorFlow's libraries relative to itself, so that it can be moved together with them.
 */
export async function compileAddon(context, { tensorflow, output }) {
  const compiler = findCompiler(context)
  mkdirSync(dirname(output), { recursive: true })
  const temporary = `${output}.${process.pid}.tmp`
  const common = { sources: SOURCES.map((name) => join(tfjsNodeDir(context), 'binding', name)), temporary, tensorflow }
  const args = context.platform === 'win32' ? microsoftArguments(context, common) : unixArguments(context, common)
  const result = await run(compiler, args, { env: context.env, cwd: dirname(output) })
  if (result.code !== 0 || !existsSync(temporary)) throw compileProblem(compiler, result.output)
  renameSync(temporary, output)
}

/** The C++ compiler: $CXX, or the first of the usual names. */
export function findCompiler(context) {
  const names = context.platform === 'win32' ? ['cl'] : ['c++', 'g++', 'clang++']
  const asked = context.env.CXX
  for (const name of asked ? [asked] : names) {
    const found = findProgram(name, context.env, context.platform)
    if (found) return found
  }
  if (asked)
    throw new SetupProblem(`CXX is ${asked}, but there is no such program: correct or unset CXX and run again.`)
  const how = {
    linux: 'sudo apt install g++ (Debian, Ubuntu) or sudo dnf install gcc-c++ (Fedora)',
    darwin: 'xcode-select --install',
    win32: 'install “Visual Studio Build Tools” with C++ and run this in its developer prompt',
  }[context.platform]
  throw new SetupProblem(
    `A C++ compiler is missing, and TensorFlow’s addon is built with it: ${how}, then run the same command again.`,
  )
}

function includes(context, tensorflow) {
  return [
    tfjsNodeDir(context),
    join(context.root, 'node_modules', 'node-api-headers', 'include'),
    tensorflow.includeDir,
  ]
}

/** What makes an addon of it that finds Node’s functions in the process that loads it. */
export function sharedLibrary(context) {
  const isMac = context.platform === 'darwin'
  return isMac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-Wl,--no-undefined-version']
}

function unixArguments(context, { sources, temporary, tensorflow }) {
  const here = context.platform === 'darwin' ? '@loader_path' : '$ORIGIN'
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-w', '-DNAPI_VERSION=8', '-fvisibility=default'],
    ...includes(context, tensorflow).map((folder) => `-I${folder}`),
    ...HEADERS.flatMap((header) => ['-include', header]),
    ...sharedLibrary(context),
    ...sources,
    ...['-o', temporary],
    ...tensorflow.libraries,
    `-Wl,-rpath,${here}/../../deps/lib`,
  ]
}

function microsoftArguments(context, { sources, temporary, tensorflow }) {
  const definitions = join(context.root, 'node_modules', 'node-api-headers', 'def', 'node_api.def')
  return [
    ...['/nologo', '/LD', '/EHsc', '/O2', '/std:c++17', '/w', '/DNAPI_VERSION=8', '/DCOMPILER_MSVC'],
    ...includes(context, tensorflow).map((folder) => `/I${folder}`),
    ...HEADERS.map((header) => `/FI${header}`),
    ...sources,
    ...['/link', `/OUT:${temporary}`, `/DEF:${definitions}`, ...tensorflow.libraries],
  ]
}

/** The line of a compiler's words that says what is wrong. */
export function firstError(output) {
  const reason = output.split('\n').find((line) => /error/i.test(line)) ?? output.trim().split('\n').at(-1) ?? ''
  return reason.trim()
}

function compileProblem(compiler, output) {
  return new SetupProblem(
    `TensorFlow’s addon could not be built with ${compiler} (${firstError(output)}): install a C++17 compiler, or name another one in CXX, and run the same command again.`,
    { cause: new Error(output) },
  )
}
