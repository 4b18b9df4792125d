import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { addonPath, compileInto } from './addon-compile.mjs'
import { addonArguments, firstError } from './addon-link.mjs'
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
 * use stands in the sources, which ask the processor first: one file runs on every x64 machine. Throws SetupProblem.
 */
export async function compileFrozen(context, { compiler, output }) {
  // No contraction: a product and a sum are rounded one after the other, or results would hang on the compiler.
  const argumentsOf = async (temporary, folder) => [
    ...(await addonArguments(context, compiler, folder)),
    ...['-O3', '-ffp-contract=off', '-fvisibility=hidden'],
    ...filesOf(context).filter((name) => name.endsWith('.cc')),
    ...['-o', temporary],
  ]
  // Relative names of sources: no path of this machine gets into the file.
  const result = await compileInto(context, compiler, output, argumentsOf, sourceFolder(context))
  if (result.code === 0) return
  throw new SetupProblem(`${compiler.path} could not build them (${firstError(result.output)})`, {
    cause: new Error(result.output),
  })
}
