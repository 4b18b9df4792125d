import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { stopCleanly } from '../setup/interrupt.mjs'
import { proveFromNothing } from '../windows/from-nothing.mjs'
import { makeTestMachine } from '../windows/test-machine.mjs'
import { proveMachine, runParts } from '../windows/run-parts.mjs'
import { partsFor } from '../windows/parts.mjs'
import { endWine } from '../windows/run-in-wine.mjs'

/**
 * `npm run test:windows`: Graft's tests in Windows' Node under Wine. `-- --ci` runs the part that CI has time for; `-- --from-nothing` goes from a Windows with
 * Node and Python alone to a model; other arguments go to vitest
 * (a project, a file), which then runs those alone.
 */
await runCommand(async () => {
  const isFromNothing = process.argv[2] === '--from-nothing'
  const parts = isFromNothing ? [] : partsFor(process.argv.slice(2))
  const context = await setUp()
  if (isFromNothing) return proveFromNothing(context)
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
