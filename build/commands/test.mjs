import { checks, runChecks } from './checks.mjs'
import { findBrowser } from '../setup/find-browser.mjs'
import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool, tools } from './tool.mjs'

/**
 * `npm test`: set-up, format, lint, types, then every test. With arguments (`npm test -- --project fast`, or a file) it
 * runs only those tests, without the checks before.
 */
await runCommand(async () => {
  const args = process.argv.slice(2)
  const context = await setUp()
  const browser = findBrowser(context)
  if (args.length === 0 && !(await runChecks(context, checks))) return 1
  return runTool(context, tools.vitest, ['run', ...args], { GRAFT_BROWSER: browser })
})
