import { join } from 'node:path'
import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool } from './tool.mjs'

/** `npm run sanitise [-- --seed S]`: the native kernels under the compiler's sanitisers. */
await runCommand(async () => {
  const context = await setUp({ window: false })
  return runTool(context, join('test', 'sanitise', 'main.ts'), process.argv.slice(2))
})
