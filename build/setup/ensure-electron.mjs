import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { electronFolder, electronRelease, UNPACKED_BYTES, ZIP_BYTES } from './electron-release.mjs'
import { ElectronProblem, fetchElectron, isDiskFull, keptBytes } from './fetch-electron.mjs'
import { proxies } from './fetch-through-proxy.mjs'
import { withLock } from './lock.mjs'
import { hashText, readStamp, removeStamp, writeStamp } from './stamp.mjs'
import { binaryName, removeHalf, unpackElectron } from './unpack-electron.mjs'

const REMEMBERED_MS = 24 * 60 * 60 * 1000
const LIMITS = { firstByteMs: 20_000, silenceMs: 30_000 }

/**
 * Electron's binary when it is there or can be downloaded, `{ path }`; otherwise `{ reason }`, the end of a sentence.
 * A server that cannot be reached is not asked again for a day; everything else is tried again at the next start, and
 * an interrupted download goes on. `limits` are the longest wait for an answer and the longest silence after it.
 */
export async function ensureElectron(context, limits = LIMITS) {
  if (context.platform === 'linux' && !context.env.DISPLAY && !context.env.WAYLAND_DISPLAY) {
    return { reason: 'this machine has no display' }
  }
  if (context.env.ELECTRON_OVERRIDE_DIST_PATH) return useGiven(context)
  const release = electronRelease(context)
  const present = electronBinary(context, release.version)
  if (present) return { path: present }
  if (!release.sha256) {
    return { reason: `there is no Electron ${release.version} for ${context.platform} ${context.arch}` }
  }
  const home = join(context.cacheDir, 'electron')
  try {
    // One lock for the shared zip and for the unpacking here: another checkout waits a moment more than it has to.
    return await withLock(context, join(home, 'set-up.lock'), () => get(context, release, { ...limits, home }))
  } catch (error) {
    return { reason: reasonOf(error, { home, folder: electronFolder(context) }) }
  }
}

async function get(context, release, { home, ...limits }) {
  const built = electronBinary(context, release.version)
  if (built) return { path: built }
  // Another mirror or proxy is another question.
  const asked = hashText([release.url, ...proxies(context.env)].join('\n'))
  const remembered = readStamp(context, 'electron')
  const age = Date.now() - remembered?.at
  const isKept = keptBytes(join(home, release.file)) > 0
  if (remembered?.asked === asked && age >= 0 && age < REMEMBERED_MS && !isKept) {
    return { reason: nextTry(remembered.failure, age) }
  }
  removeStamp(context, 'electron')
  removeHalf(context)
  checkDisk(context, release, home)
  try {
    await unpackElectron(context, release, await fetchElectron(context, release, { home, ...limits }))
  } catch (error) {
    if (!error.isLasting) throw error
    writeStamp(context, 'electron', { asked, failure: error.message, at: Date.now() })
    return { reason: nextTry(error.message, 0) }
  }
  const path = electronBinary(context, release.version)
  if (path) return { path }
  throw new ElectronProblem(`${release.file} does not hold ${binaryName(context.platform)} ${release.version}`)
}

/** The binary that Electron's own package would start, when it is whole and of the right version. */
export function electronBinary(context, version) {
  const dist = join(electronFolder(context), 'dist')
  const path = join(dist, binaryName(context.platform))
  const stated = existsSync(join(dist, 'version')) && readFileSync(join(dist, 'version'), 'utf8')
  return stated && stated.trim().replace(/^v/, '') === version && existsSync(path) ? path : undefined
}

function useGiven(context) {
  const folder = context.env.ELECTRON_OVERRIDE_DIST_PATH
  const path = join(folder, binaryName(context.platform))
  if (existsSync(path)) return { path }
  const name = binaryName(context.platform)
  return { reason: `ELECTRON_OVERRIDE_DIST_PATH is ${folder}, but there is no ${name} in it (correct or unset it)` }
}

/** Room for the zip in the cache and for what it unpacks to in the checkout; often that is one disk. */
function checkDisk(context, release, home) {
  mkdirSync(home, { recursive: true })
  const folder = electronFolder(context)
  const zip = Math.max(0, ZIP_BYTES - keptBytes(join(home, release.file)))
  const isOneDisk = statSync(home).dev === statSync(folder).dev
  const needs = isOneDisk
    ? [[folder, zip + UNPACKED_BYTES]]
    : [
        [home, zip],
        [folder, UNPACKED_BYTES],
      ]
  for (const [place, needed] of needs) {
    const free = context.freeBytes(place)
    if (free >= needed) continue
    throw new ElectronProblem(
      `there is too little disk space in ${place}: Electron needs about ${megabytes(needed)} MB there and ${megabytes(free)} MB are free (free some and start again)`,
    )
  }
}

function reasonOf(error, { home, folder }) {
  if (error instanceof ElectronProblem) return error.message
  if (isDiskFull(error)) {
    return `the disk is full: Electron needs about ${megabytes(ZIP_BYTES)} MB in ${home} and ${megabytes(UNPACKED_BYTES)} MB in ${folder} (free some and start again)`
  }
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') {
    return `this user may not write ${error.path ?? home} (give it write access and start again)`
  }
  return `its set-up failed (${error.message})`
}

function nextTry(failure, age) {
  const hours = Math.ceil((REMEMBERED_MS - age) / (60 * 60 * 1000))
  return `${failure}; it is tried again in ${hours} h, or at once when .graft/electron.json is deleted`
}

function megabytes(bytes) {
  return Math.round(bytes / 1e6)
}
