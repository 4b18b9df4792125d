import { join } from 'node:path'
import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool } from './tool.mjs'

/** `npm run soak -- [--minutes N] [--seed S]`: random work, kills and faults on a real Graft. */
await runCommand(async () => {
  const context = await setUp()
  return runTool(context, join('test', 'soak', 'main.ts'), process.argv.slice(2))
})
