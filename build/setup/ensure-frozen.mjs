import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { firstError } from './addon-link.mjs'
import { ensureCompiler, findCompiler } from './compiler.mjs'
import { pinnedNode } from './context.mjs'
import { remove } from './disk.mjs'
import { compileFrozen, frozenPath, frozenSources, hashFrozenSources } from './frozen-compile.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

const PROOF = fileURLToPath(new URL('frozen-proof.mjs', import.meta.url))
const FORMAT = 1

/**
 * Builds Graft's native kernels for frozen parts, and loads them once in a process of their own. A machine that cannot build them goes on without: it is
 * said once, and tried again when sources or compiler are others, or .graft/frozen.json is deleted.
 */
export async function ensureFrozen(context) {
  const output = frozenPath(context)
  const made = { format: FORMAT, sources: hashFrozenSources(context), compiler: nameOfCompiler(context) }
  if (isDone(context, made, output)) return
  // Kernels of other sources may read programs otherwise.
  remove(output)
  const count = frozenSources(context).length
  const task = context.progress.task('Building Graft’s native kernels in C++, about 15 s', count, 'files')
  try {
    const compiler = await ensureCompiler(context)
    made.compiler = compiler.path
    await compileFrozen(context, { compiler, output, onDone: task.update })
    const kernels = await proveFrozen(context, output)
    task.end()
    writeStamp(context, 'frozen', { ...made, builtMs: statSync(output).mtimeMs })
    context.progress.say(describe(kernels))
  } catch (error) {
    task.end('failed')
    remove(output)
    if (!(error instanceof SetupProblem)) throw error
    writeStamp(context, 'frozen', { ...made, failure: error.message })
    context.progress.say(
      `Graft’s native kernels are not used: ${error.message.replace(/\.$/, '')}. Everything but int8 works without them; with a newer C++17 compiler on the PATH (or named in CXX) they are built at the next start.`,
    )
  }
}

/** A compiler that has gone does not unmake what it built. */
function isDone(context, made, output) {
  const stamp = readStamp(context, 'frozen')
  if (stamp?.format !== made.format || stamp.sources !== made.sources) return false
  if (made.compiler !== null && stamp.compiler !== made.compiler) return false
  if (stamp.failure !== undefined) return stamp.compiler === made.compiler
  return existsSync(output) && stamp.builtMs === statSync(output).mtimeMs
}

/** Null where there is none yet: what is built stays, and one is fetched when something has to be built. */
function nameOfCompiler(context) {
  try {
    return findCompiler(context)?.path ?? null
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error
    return null
  }
}

/** Loads the addon under the pinned Node; returns which kernels this processor can use. Throws SetupProblem. */
export async function proveFrozen(context, output = frozenPath(context)) {
  const result = await run(pinnedNode(context), [PROOF, output], { env: context.env, timeoutMs: 60_000 })
  const told = /^kernels (.+)$/m.exec(result.output)?.[1]
  if (result.code === 0 && told) return JSON.parse(told)
  throw new SetupProblem(
    `they were built but cannot be loaded (${firstError(result.output) || 'it ended without a word'})`,
  )
}

function describe(kernels) {
  const has = Object.entries(kernels).flatMap(([precision, name]) => (name === null ? [] : [`${precision} (${name})`]))
  return has.length === 0
    ? 'Graft’s native kernels are built; this processor has no instructions for them.'
    : `Graft’s native kernels work: ${has.join(', ')}.`
}
