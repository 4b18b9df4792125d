import { checks, runChecks } from './checks.mjs'
import { createContext } from '../setup/context.mjs'
import { ensurePackages } from '../setup/ensure-packages.mjs'
import { runCommand } from '../setup/problem.mjs'
import { runTool, tools } from './tool.mjs'

/** `npm run lint`, `types`, `format`: one check by name; `format` also writes. */
await runCommand(async () => {
  const context = createContext()
  await ensurePackages(context)
  const name = process.argv[2]
  if (name === 'format') return runTool(context, tools.prettier, ['--write', '.', '--log-level', 'warn'])
  const wanted = checks.filter((check) => check.name.startsWith(name))
  return (await runChecks(context, wanted)) ? 0 : 1
})
