import { existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileArguments, firstError, linkArguments } from './addon-link.mjs'
import { ensureCompiler, runCompiler } from './compiler.mjs'
import { remove, rename } from './disk.mjs'
import { SetupProblem } from './problem.mjs'

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
  const compiler = await ensureCompiler(context)
  // Relative names of sources, which its errors name: no path of this machine gets into the file.
  const cwd = tfjsNodeDir(context)
  const argumentsOf = async (temporary, folder) => [
    ...compileArguments(context),
    ...(await linkArguments(context, compiler, folder)),
    ...['-O2', '-w', '-fvisibility=default'],
    ...['.', tensorflow.includeDir].map((path) => `-I${path}`),
    ...HEADERS.flatMap((header) => ['-include', header]),
    ...SOURCES.map((name) => `binding/${name}`),
    ...['-o', temporary],
    ...tensorflow.libraries,
    ...runPath(context),
  ]
  const result = await compileInto(context, compiler, output, argumentsOf, cwd)
  if (result.code !== 0) throw compileProblem(compiler.path, result.output)
}

/**
 * Runs the compiler for `output`, which has its name only when it is whole. `argumentsOf(temporary, folder)` names the file to write and a folder that is
 * removed afterwards. Returns what `run` does.
 * @param {string} [cwd] where sources with relative names lie
 */
export async function compileInto(context, compiler, output, argumentsOf, cwd) {
  mkdirSync(dirname(output), { recursive: true })
  const folder = mkdtempSync(`${output}.`)
  try {
    const temporary = join(folder, 'made')
    const result = await runCompiler(context, compiler, await argumentsOf(temporary, folder), cwd ?? dirname(output))
    const code = result.code === 0 && !existsSync(temporary) ? 1 : result.code
    if (code === 0) rename(temporary, output)
    return { ...result, code }
  } finally {
    remove(folder)
  }
}

/** Where the addon looks for TensorFlow. Windows looks beside the addon, whatever this says. */
function runPath(context) {
  if (context.platform === 'win32') return []
  return [`-Wl,-rpath,${context.platform === 'darwin' ? '@loader_path' : '$ORIGIN'}/../../deps/lib`]
}

function compileProblem(compiler, output) {
  return new SetupProblem(
    `TensorFlow’s addon could not be built with ${compiler} (${firstError(output)}): install a C++17 compiler, or name another one in CXX, and run the same command again.`,
    { cause: new Error(output) },
  )
}
