import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { stopCleanly } from '../setup/interrupt.mjs'
import { makeTestMachine } from '../windows/test-machine.mjs'
import { proveMachine, runParts } from '../windows/run-parts.mjs'
import { partsFor } from '../windows/parts.mjs'
import { endWine } from '../windows/run-in-wine.mjs'

/**
 * `npm run test:windows`: Graft's tests in Windows' Node under Wine. `-- --ci` runs the part that CI has time for; other arguments go to vitest
 * (a project, a file), which then runs those alone.
 */
await runCommand(async () => {
  const parts = partsFor(process.argv.slice(2))
  const context = await setUp()
  const release = stopCleanly()
  const machine = await makeTestMachine(context)
  try {
    await proveMachine(context, machine)
    return await runParts(context, machine, parts)
  } finally {
    await endWine(machine)
    release()
  }
})
