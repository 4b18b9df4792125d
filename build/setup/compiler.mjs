import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compilerTarget, ZIG_VERSION } from './compiler-table.mjs'
import { remove, rename } from './disk.mjs'
import { fetchWheel } from './fetch-wheel.mjs'
import { withLock } from './lock.mjs'
import { SetupProblem } from './problem.mjs'
import { findProgram, run } from './process.mjs'
import { listZip, unzip } from './zip.mjs'

const NEEDED_BYTES = 700_000_000

/**
 * @typedef {object} Compiler a C++ compiler that takes GCC's arguments
 * @property {string} path the program
 * @property {string[]} args what every call begins with
 * @property {Record<string, string>} env what its environment has beside the context's
 * @property {boolean} isKept whether it is the one that Graft keeps in its cache
 */

/**
 * The compiler that is there: $CXX, the first of the usual names, or the one that an earlier set-up has kept; undefined when there is none.
 * On Windows only the kept one: it brings the import libraries that others lack. Throws SetupProblem for a CXX that is not there.
 * @returns {Compiler | undefined}
 */
export function findCompiler(context) {
  if (context.platform !== 'win32') {
    const asked = context.env.CXX
    for (const name of asked ? [asked] : ['c++', 'g++', 'clang++']) {
      const path = findProgram(name, context.env, context.platform)
      if (path) return { path, args: [], env: {}, isKept: false }
    }
    if (asked)
      throw new SetupProblem(`CXX is ${asked}, but there is no such program: correct or unset CXX and run again.`)
  }
  return keptCompiler(context)
}

/** The compiler that is there, or else the one that Graft fetches and keeps. Throws SetupProblem where none can be had. */
export async function ensureCompiler(context) {
  return findCompiler(context) ?? ensureKeptCompiler(context)
}

/** The one that Graft keeps, whatever else is there. Throws SetupProblem where it cannot be had. */
export async function ensureKeptCompiler(context) {
  const kept = keptCompiler(context)
  if (kept) return kept
  const wheel = context.compilers[keyOf(context)]
  if (!wheel) throw noCompiler(context, 'A C++ compiler is missing, and TensorFlow’s addon is built with it')
  const home = join(context.cacheDir, 'compiler')
  await withLock(context, join(home, 'set-up.lock'), async () => {
    if (!keptCompiler(context)) await keepCompiler(context, wheel, home)
  })
  return /** @type {Compiler} */ (keptCompiler(context))
}

/** Runs it; returns what `run` does. */
export function runCompiler(context, compiler, args, cwd) {
  return run(compiler.path, [...compiler.args, ...args], { env: { ...context.env, ...compiler.env }, cwd })
}

async function keepCompiler(context, wheel, home) {
  const free = context.freeBytes(home)
  if (free < NEEDED_BYTES) {
    throw new SetupProblem(
      `There is too little disk space in ${home}: the C++ compiler needs about 700 MB there and ${Math.round(free / 1e6)} MB are free; free some, or install a C++ compiler, and run the same command again.`,
    )
  }
  for (const name of readdirSync(home)) {
    if (name.endsWith('.unpacking')) remove(join(home, name))
  }
  context.progress.say(
    'There is no C++ compiler on this machine: Graft keeps one of its own (100 MB to download, 500 MB on disk).',
  )
  const file = await fetchWheel(context, wheel, home).catch((error) => {
    if (!(error instanceof SetupProblem)) throw error
    throw noCompiler(context, `A C++ compiler is missing, and none could be fetched (${error.message})`)
  })
  const temporary = `${folderOf(context, wheel)}.unpacking`
  const entries = (await listZip(file)).filter((entry) => compilerTarget(entry.name))
  const task = context.progress.task(
    'Unpacking the C++ compiler',
    entries.reduce((sum, entry) => sum + entry.packedBytes, 0),
  )
  let done = 0
  await unzip(file, temporary, { target: compilerTarget, onBytes: (bytes) => task.update((done += bytes)) })
  task.end()
  chmodSync(join(temporary, wheel.program), 0o755)
  rename(temporary, folderOf(context, wheel))
  remove(file)
}

/** @returns {Compiler | undefined} */
function keptCompiler(context) {
  const wheel = context.compilers[keyOf(context)]
  if (!wheel) return undefined
  const folder = folderOf(context, wheel)
  const path = join(folder, wheel.program)
  if (!existsSync(path)) return undefined
  // What it compiles once (its C++ library, for a minute or two) stays beside it.
  const cache = join(folder, 'cache')
  const env = { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }
  return { path, args: ['c++', '-target', wheel.target], env, isKept: true }
}

function folderOf(context, wheel) {
  return join(context.cacheDir, 'compiler', `zig-${ZIG_VERSION}-${wheel.tag}`)
}

function keyOf(context) {
  return `${context.platform}-${context.arch}`
}

function noCompiler(context, what) {
  const how = {
    linux: 'sudo apt install g++ (Debian, Ubuntu) or sudo dnf install gcc-c++ (Fedora)',
    darwin: 'xcode-select --install',
    win32: 'Python 3 with pip (python.org) and a network are all that is needed',
  }[context.platform]
  return new SetupProblem(`${what}: ${how}, then run the same command again.`)
}
