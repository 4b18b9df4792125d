import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNode } from './context.mjs'
import { run } from './process.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

const TRY_LIMIT_MS = 20_000

/**
 * Electron's binary when it is there or can be downloaded: `{ path }` or `{ reason }`. Its own download is tried once,
 * with a short limit, and a failure is remembered (until .graft/electron.json is deleted).
 */
export async function ensureElectron(context) {
  if (context.platform === 'linux' && !context.env.DISPLAY && !context.env.WAYLAND_DISPLAY) {
    return { reason: 'this machine has no display' }
  }
  const folder = join(context.root, 'node_modules', 'electron')
  const version = readVersion(folder)
  const present = electronBinary(context, folder, version)
  if (present) return { path: present }
  const remembered = readStamp(context, 'electron')
  if (remembered?.version === version && remembered.failure) {
    return { reason: `${remembered.failure}; to try again, delete .graft/electron.json` }
  }
  const failure = await tryInstall(context, folder)
  const installed = electronBinary(context, folder, version)
  if (installed) return { path: installed }
  writeStamp(context, 'electron', { version, failure })
  return { reason: failure }
}

async function tryInstall(context, folder) {
  const task = context.progress.task('Downloading Electron (about 120 MB, one try of 20 s)', 0)
  const result = await run(pinnedNode(context), [join(folder, 'install.js')], {
    env: { ...context.env, force_no_cache: 'false' },
    timeoutMs: TRY_LIMIT_MS,
  })
  task.end(result.code === 0 ? 'done' : 'not to be had')
  if (result.timedOut) return 'its download took more than 20 s'
  const reason =
    /code: '(\w+)'/.exec(result.output)?.[1] ?? result.output.split('\n').find((line) => /error/i.test(line))
  return `its download failed${reason ? ` (${reason.trim().slice(0, 160)})` : ''}`
}

/** The binary that Electron's own package would start, when it is whole and of the right version. */
export function electronBinary(context, folder, version) {
  const override = context.env.ELECTRON_OVERRIDE_DIST_PATH
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[context.platform] ?? 'electron'
  const path = override ? join(override, name) : join(folder, 'dist', name)
  if (!existsSync(path)) return undefined
  if (override) return path
  try {
    return readFileSync(join(folder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '') === version
      ? path
      : undefined
  } catch {
    return undefined
  }
}

function readVersion(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
