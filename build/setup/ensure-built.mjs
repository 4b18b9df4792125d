import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { pinnedNode } from './context.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'
import { hashText, hashTree, readStamp, removeStamp, writeStamp } from './stamp.mjs'

/**
 * Builds something of the checkout when a source of it has changed, or a result is not there. Throws SetupProblem.
 * @param {import('./context.mjs').SetupContext} context
 * @param {object} built
 * @param {string} built.what in words, as "the window"
 * @param {string} built.stamp name of the stamp
 * @param {readonly string[]} built.sources files and folders that it is built from
 * @param {readonly string[]} built.results files that lie there afterwards
 * @param {readonly string[]} built.script script that builds it, and its arguments
 */
export async function ensureBuilt(context, { what, stamp, sources, results, script: [script, ...args] }) {
  const wanted = sourcesOf(context, sources)
  const isWhole = results.every((path) => existsSync(join(context.root, path)))
  if (isWhole && readStamp(context, stamp)?.sources === wanted) return
  removeStamp(context, stamp)
  const task = context.progress.task(`Building ${what}`, 0)
  const result = await run(pinnedNode(context), [join(context.root, script), ...args], {
    cwd: context.root,
    env: { ...context.env, NODE_ENV: 'production' },
  })
  if (result.code !== 0) {
    task.end('failed')
    context.progress.say(stripVTControlCharacters(result.output).trim())
    const words = `${what.charAt(0).toUpperCase()}${what.slice(1)} could not be built`
    throw new SetupProblem(`${words}: see the lines above; if you changed no source, please report them.`)
  }
  task.end()
  writeStamp(context, stamp, { sources: wanted })
}

/** Sources and the packages that they are built with, as one hash. */
export function sourcesOf(context, sources) {
  const lock = readFileSync(join(context.root, 'package-lock.json'), 'utf8')
  return hashText(hashTree(context.root, sources) + hashText(lock))
}
