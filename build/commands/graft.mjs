import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { programPath } from '../setup/ensure-programs.mjs'
import { runCommand } from '../setup/problem.mjs'
import { runForeground } from '../setup/process.mjs'
import { setUp } from '../setup/set-up.mjs'

/** The command line. Set-up speaks on standard error only: standard output is the command's own. */
await runCommand(async () => {
  const context = await setUp({ window: false })
  const args = ['--disable-warning=ExperimentalWarning', programPath(context, 'cli'), ...process.argv.slice(2)]
  // npm runs scripts in the project's folder; paths that the user types are meant from where they stand.
  return runForeground(pinnedNode(context), args, {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: nodeEnvironment(context),
  })
})
