import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool } from './tool.mjs'

/** `npm run reproduce -- NAME [NAME ...] [--again] [--parts A,B]`: claims of papers, computed anew. Without a name, all of them. */
await runCommand(async () => {
  const context = await setUp({ window: false })
  const folder = join('test', 'reproduce')
  const known = readdirSync(join(context.root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
  const args = process.argv.slice(2)
  const named = args.filter((arg) => known.includes(arg))
  const rest = args.filter((arg) => !known.includes(arg))
  const unknown = rest.filter((arg, place) => !arg.startsWith('--') && rest[place - 1] !== '--parts')
  if (unknown.length > 0) {
    context.progress.say(`There is no claim ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
    return 2
  }
  let worst = 0
  for (const name of named.length > 0 ? named : known) {
    const code = await runTool(context, join(folder, `${name}.ts`), rest)
    worst = Math.max(worst, code)
  }
  return worst
})
