import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { addonPath, firstError, sharedLibrary } from './addon-compile.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'

/** Where Graft's native kernels lie: beside TensorFlow's addon, so that packages carry both alike. */
export function frozenPath(context) {
  return join(dirname(addonPath(context)), 'graft_frozen.node')
}

/** Every file of build/addon, relative to it, with `/`. */
function filesOf(context) {
  return readdirSync(sourceFolder(context), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(sourceFolder(context).length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}

function sourceFolder(context) {
  return join(context.root, 'build', 'addon')
}

/** One hash over what the kernels are built from, by content: a copy of a checkout has the same. */
export function hashFrozenSources(context) {
  const hash = createHash('sha256')
  for (const name of filesOf(context)) {
    const text = readFileSync(join(sourceFolder(context), name))
    hash.update(`${name} ${text.length}\n`).update(text)
  }
  return hash.digest('hex')
}

/**
 * Compiles Graft's own kernels (build/addon) as an addon that needs no TensorFlow and no library but the C++ runtime. Which instructions a function may
 * use stands in the sources, which ask the processor first: one file runs on every x64 machine. Throws SetupProblem.
 */
export async function compileFrozen(context, { compiler, output }) {
  mkdirSync(dirname(output), { recursive: true })
  const temporary = `${output}.${process.pid}.tmp`
  const args = context.platform === 'win32' ? microsoftArguments(context, temporary) : unixArguments(context, temporary)
  // Relative names of sources: no path of this machine gets into the file.
  const result = await run(compiler, args, { env: context.env, cwd: sourceFolder(context) })
  if (result.code !== 0 || !existsSync(temporary)) {
    throw new SetupProblem(`${compiler} could not build them (${firstError(result.output)})`, {
      cause: new Error(result.output),
    })
  }
  renameSync(temporary, output)
}

function sources(context) {
  return filesOf(context).filter((name) => name.endsWith('.cc'))
}

function headers(context) {
  return join(context.root, 'node_modules', 'node-api-headers')
}

/** No contraction: a product and a sum are rounded one after the other, or results would hang on the compiler. */
function unixArguments(context, temporary) {
  return [
    ...['-std=c++17', '-O3', '-fPIC', '-pthread', '-ffp-contract=off', '-fvisibility=hidden', '-DNAPI_VERSION=8'],
    `-I${join(headers(context), 'include')}`,
    ...sharedLibrary(context),
    ...sources(context),
    ...['-o', temporary],
  ]
}

function microsoftArguments(context, temporary) {
  return [
    ...['/nologo', '/LD', '/EHsc', '/O2', '/std:c++17', '/fp:precise', '/DNAPI_VERSION=8'],
    `/I${join(headers(context), 'include')}`,
    ...sources(context),
    `/Fo${dirname(temporary)}\\`,
    ...['/link', `/OUT:${temporary}`, `/DEF:${join(headers(context), 'def', 'node_api.def')}`],
  ]
}
