import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { firstError } from './addon-link.mjs'
import { runCompiler } from './compiler.mjs'
import { SetupProblem } from './problem.mjs'

/**
 * Compiles each source to an object file of its own, as many at a time as there are cores; returns the objects, in the sources' order. The first that fails
 * ends it: what is at work then is waited for, nothing else begins. Throws SetupProblem, which names the source.
 * @param {import('./context.mjs').SetupContext} context
 * @param {object} work
 * @param {import('./compiler.mjs').Compiler} work.compiler
 * @param {readonly string[]} work.flags
 * @param {readonly string[]} work.sources relative to `cwd`; those that take long are best first
 * @param {string} work.cwd
 * @param {string} work.folder an empty one, for the objects
 * @param {(done: number) => void} work.onDone told after each
 * @param {number} [work.jobs]
 */
export async function compileObjects(
  context,
  { compiler, flags, sources, cwd, folder, onDone, jobs = availableParallelism() },
) {
  const objects = sources.map((source) => join(folder, `${source.replaceAll(/[\\/:]/g, '-')}.o`))
  let next = 0
  let done = 0
  let problem
  const work = async () => {
    while (next < sources.length && !problem) {
      const i = next++
      const result = await runCompiler(context, compiler, [...flags, '-c', sources[i], '-o', objects[i]], cwd)
      if (result.code === 0 && existsSync(objects[i])) onDone(++done)
      else problem ??= compileProblem(compiler.path, sources[i], result.output)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, sources.length) }, work))
  if (problem) throw problem
  return objects
}

function compileProblem(compiler, source, output) {
  return new SetupProblem(`${compiler} could not build ${source} (${firstError(output)})`, { cause: new Error(output) })
}
