import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where Graft's native kernels for frozen parts lie (build/addon; only trainer/frozen.ts loads them), or why there are none, as the end of a sentence. */
export type FrozenAddon = { readonly path: string; readonly absence: null } | { readonly absence: string }

export function frozenAddon(): FrozenAddon {
  if (process.env['GRAFT_FROZEN'] === 'off') return { absence: 'GRAFT_FROZEN=off turns Graft’s native kernels off' }
  const path = findAddon()
  if (path !== null) return { path, absence: null }
  return {
    absence:
      'Graft’s native kernels were not built on this computer (they need a C++17 compiler; with one, npm start builds them)',
  }
}

/** Beside TensorFlow's addon, in a checkout and in a package. */
function findAddon(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json')
    const path = join(dirname(manifest), 'lib', 'napi-v8', 'graft_frozen.node')
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}
