import { createContext } from '../setup/context.mjs'
import { ensurePackages } from '../setup/ensure-packages.mjs'
import { ensurePrograms } from '../setup/ensure-programs.mjs'
import { ensureRenderer } from '../setup/ensure-renderer.mjs'
import { runCommand } from '../setup/problem.mjs'

/** `npm run build`: Node's programs, the window, and Electron's main and preload scripts, into out/. */
await runCommand(async () => {
  const context = createContext()
  await ensurePackages(context)
  await ensurePrograms(context)
  await ensureRenderer(context)
  context.progress.say('out/ is up to date.')
})
