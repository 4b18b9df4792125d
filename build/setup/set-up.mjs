import { join } from 'node:path'
import { createContext } from './context.mjs'
import { ensureAddon } from './ensure-addon.mjs'
import { ensureFrozen } from './ensure-frozen.mjs'
import { ensurePackages } from './ensure-packages.mjs'
import { ensurePrograms } from './ensure-programs.mjs'
import { ensureRenderer } from './ensure-renderer.mjs'
import { ensureTensorFlow } from './ensure-tensorflow.mjs'
import { stopCleanly } from './interrupt.mjs'
import { withLock } from './lock.mjs'

/** Everything a command needs before it can run: packages, TensorFlow, its addon, Graft's kernels, Node's programs, and (unless left out) the window. */
export async function setUp({ window = true, context = createContext() } = {}) {
  const release = stopCleanly()
  try {
    // Two commands in one checkout (a test and a start) never build the same thing at once.
    await withLock(context, join(context.stateDir, 'set-up.lock'), async () => {
      await ensurePackages(context)
      await ensureAddon(context, await ensureTensorFlow(context))
      await ensureFrozen(context)
      await ensurePrograms(context)
      if (window) await ensureRenderer(context)
    })
  } finally {
    release()
  }
  return context
}
