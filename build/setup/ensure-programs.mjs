import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { pinnedNode } from './context.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'
import { hashText, hashTree, readStamp, removeStamp, writeStamp } from './stamp.mjs'

const SOURCES = ['src-main', 'build/programs.mjs', 'build/places-of-sources.mjs']
const RESULTS = ['node/cli.mjs', 'node/http.mjs', 'trainer/main.mjs']

/** Where a program lies that users start: `cli` or `http`. */
export function programPath(context, name) {
  return join(context.root, 'out', 'node', `${name}.mjs`)
}

/** Joins the sources of Node's programs (the command line, the loopback host, the trainer) in few files, when one changed: it takes a second. */
export async function ensurePrograms(context) {
  const lock = readFileSync(join(context.root, 'package-lock.json'), 'utf8')
  const wanted = hashText(hashTree(context.root, SOURCES) + hashText(lock))
  const isWhole = RESULTS.every((name) => existsSync(join(context.root, 'out', name)))
  if (isWhole && readStamp(context, 'programs')?.sources === wanted) return
  removeStamp(context, 'programs')
  const script = join(context.root, 'build', 'programs.mjs')
  const result = await run(pinnedNode(context), [script], { cwd: context.root, env: context.env })
  if (result.code !== 0) {
    context.progress.say(stripVTControlCharacters(result.output).trim())
    throw new SetupProblem(
      'The programs could not be built: see the lines above; if you changed no source, please report them.',
    )
  }
  writeStamp(context, 'programs', { sources: wanted })
}
