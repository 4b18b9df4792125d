import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { remove } from './disk.mjs'
import { download, DownloadProblem, sha256OfFile } from './download.mjs'
import { fetchThroughProxy, namesProxy } from './fetch-through-proxy.mjs'
import { ZIP_BYTES } from './electron-release.mjs'

/**
 * The release's zip, kept in `home` for all checkouts of this user: one that is there and right, or downloaded.
 * Throws an `ElectronProblem` that says what stood in the way.
 */
export async function fetchElectron(context, release, { home, firstByteMs, silenceMs }) {
  const file = join(home, release.file)
  if (existsSync(file)) {
    if ((await sha256OfFile(file)) === release.sha256) return file
    remove(file)
  }
  const { url, headers } = splitPassword(release.url)
  // Node 20's own fetch knows no proxies, and Electron's install.js knows them only where a package happens to be
  // installed that it does not name; the pinned Node knows them, so that one fetches for us.
  const fetch = namesProxy(context.env) ? fetchThroughProxy(context) : context.fetch
  const label = `Downloading Electron ${release.version}`
  const request = { url, headers, file, sha256: release.sha256, label, firstByteMs, silenceMs, sizeBytes: ZIP_BYTES }
  try {
    await download({ ...context, fetch }, request)
    return file
  } catch (error) {
    // What fills the disk to the brim is no good, not even half of it: Graft needs room to open in the browser.
    if (isDiskFull(error)) remove(`${file}.part`)
    if (!(error instanceof DownloadProblem)) throw error
    throw describe(context, { ...release, url }, error, keptBytes(file))
  }
}

/** The address as fetch wants it, and as it may be shown: without the user's name and password. */
function splitPassword(text) {
  if (!URL.canParse(text)) {
    throw new ElectronProblem(`it cannot be downloaded from ${text}, which is no address (correct ELECTRON_MIRROR)`)
  }
  const url = new URL(text)
  const secret = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  if (secret === ':') return { url: url.href }
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` } }
}

/** The disk, or what this user may have of it. */
export function isDiskFull(error) {
  return error.code === 'ENOSPC' || error.code === 'EDQUOT'
}

/** How much of the zip is on the disk already. */
export function keptBytes(file) {
  return [file, `${file}.part`].reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Why there is no Electron, as the end of a sentence. `isLasting`: asking again at every start would be of no use. */
export class ElectronProblem extends Error {
  constructor(message, { isLasting = false, cause } = {}) {
    super(message, { cause })
    this.name = 'ElectronProblem'
    this.isLasting = isLasting
  }
}

function describe(context, release, error, kept) {
  const { host } = new URL(release.url)
  const goesOn = 'what has come is kept, and the next start goes on from there'
  if (error.kind === 'interrupted') {
    return new ElectronProblem(`its download from ${host} was interrupted: ${error.message}; ${goesOn}`, {
      cause: error,
    })
  }
  if (error.kind === 'wrong') {
    return new ElectronProblem(
      `what ${host} sent is not the Electron ${release.version} that was published (expected SHA-256 ${release.sha256}, received ${error.actual}); it is deleted, and the next start downloads it again (if that ends the same, name another mirror in ELECTRON_MIRROR)`,
      { cause: error },
    )
  }
  const way = namesProxy(context.env) ? `${host} (through the proxy that the environment names)` : host
  const what =
    error.kind === 'refused'
      ? `its download failed: ${error.message} for ${release.url} (a mirror can be named in ELECTRON_MIRROR)`
      : `its download failed: ${way} cannot be reached (${error.message}; a proxy can be named in HTTPS_PROXY, a mirror in ELECTRON_MIRROR)`
  // Whoever has a part of it could reach the server once.
  if (kept > 0) return new ElectronProblem(`${what}; ${goesOn}`, { cause: error })
  return new ElectronProblem(what, { isLasting: true, cause: error })
}
