import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool } from './tool.mjs'

/** Runs one of our own scripts under test/<kind>/ by name, after set-up: `npm run bench -- store`. */
export function runScriptOf(kind) {
  return runCommand(async () => {
    const context = await setUp({ window: false })
    const [first, ...rest] = process.argv.slice(2)
    // The bench of the engine is meant where none is named.
    const isNamed = kind !== 'bench' || (first !== undefined && !first.startsWith('--'))
    const [name, ...args] = isNamed ? [first, ...rest] : ['engine', ...process.argv.slice(2)]
    const script = join('test', kind, `${name}.ts`)
    if (name && existsSync(join(context.root, script))) return runTool(context, script, args)
    const known = listNames(join(context.root, 'test', kind)).join(', ') || 'none yet'
    throw new SetupProblem(`Say which: npm run ${kind} -- NAME, where NAME is one of: ${known}.`)
  })
}

function listNames(folder) {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  return files.map((name) => name.slice(0, -'.ts'.length))
}
