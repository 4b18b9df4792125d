import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { areas } from '../mutants/areas.mjs'
import { scores, writeTable } from '../mutants/scores.mjs'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool, tools } from './tool.mjs'

/** `npm run mutants [-- AREA ...] [-m FILE]`: changes the code line by line, and counts the changes that no test notices. Of all areas, the
 *  scores go into docs/benchmarks.md. */
await runCommand(async () => {
  const context = await setUp({ window: false })
  const args = process.argv.slice(2)
  const options = args.findIndex((one) => one.startsWith('-'))
  const wanted = options === -1 ? args : args.slice(0, options)
  const more = options === -1 ? [] : args.slice(options)
  const unknown = wanted.find((name) => !(name in areas))
  if (unknown !== undefined)
    throw new SetupProblem(`There is no area "${unknown}". Areas: ${Object.keys(areas).join(', ')}.`)
  const names = wanted.length === 0 ? Object.keys(areas) : wanted
  const rows = []
  for (const name of names) {
    const code = await runTool(context, tools.stryker, ['run', 'build/mutants/stryker.config.mjs', ...more], {
      GRAFT_MUTANTS: name,
    })
    if (code !== 0) return code
    const report = join(context.root, '.graft/mutants', `${name.replace('/', '-')}.json`)
    rows.push({ name, ...scores(JSON.parse(readFileSync(report, 'utf8'))) })
  }
  if (wanted.length === 0) writeTable(join(context.root, 'docs/benchmarks.md'), rows)
  for (const row of rows) console.log(`${row.name}: ${row.killed} of ${row.covered} covered mutants killed`)
  return 0
})
