import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { addonPath } from './addon-compile.mjs'
import { compileArguments, firstError, linkArguments } from './addon-link.mjs'
import { compileObjects } from './compile-objects.mjs'
import { runCompiler } from './compiler.mjs'
import { remove, rename } from './disk.mjs'
import { onEnd } from './interrupt.mjs'
import { SetupProblem } from './problem.mjs'

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
 * use stands in the sources, which ask the processor first: one file runs on every x64 machine. `onDone` is told how many of `frozenSources` are done.
 * Stopped in between, it leaves nothing behind. Throws SetupProblem.
 */
export async function compileFrozen(context, { compiler, output, onDone = () => undefined }) {
  const folder = `${output}.tmp`
  const clear = () => remove(folder)
  // What a killed set-up left there.
  clear()
  mkdirSync(folder, { recursive: true })
  const removeCleanup = onEnd(clear)
  try {
    const library = join(folder, 'library')
    const result = await compile(context, { compiler, folder, library, onDone })
    if (result.code !== 0 || !existsSync(library)) {
      throw new SetupProblem(`${compiler.path} could not build them (${firstError(result.output)})`, {
        cause: new Error(result.output),
      })
    }
    rename(library, output)
  } finally {
    removeCleanup()
    clear()
  }
}

/** Those of kernels first, which take the compiler longest. */
export function frozenSources(context) {
  const sources = filesOf(context).filter((name) => name.endsWith('.cc'))
  const isKernels = (name) => /_avx\w*\.cc$/.test(name)
  return [...sources.filter(isKernels), ...sources.filter((name) => !isKernels(name))]
}

/** No contraction: a product and a sum are rounded one after the other, or results would hang on the compiler. */
async function compile(context, { compiler, folder, library, onDone }) {
  const flags = [...compileArguments(context), '-O3', '-ffp-contract=off', '-fvisibility=hidden']
  // Relative names of sources: no path of this machine gets into the file.
  const cwd = sourceFolder(context)
  const sources = frozenSources(context)
  const objects = await compileObjects(context, { compiler, flags, sources, cwd, folder, onDone })
  const link = ['-O3', ...(await linkArguments(context, compiler, folder)), ...objects, '-o', library]
  return runCompiler(context, compiler, link, cwd)
}
