import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where Electron's own package downloads from, unless a mirror is named. */
const RELEASES = 'https://github.com/electron/electron/releases/download/'

/** About what one release needs, a little more than the largest of the platforms; used before a download is begun. */
export const ZIP_BYTES = 150_000_000
export const UNPACKED_BYTES = 300_000_000

/** Where npm puts Electron's package. */
export function electronFolder(context) {
  return join(context.root, 'node_modules', 'electron')
}

/**
 * What is to be downloaded for this machine: `{ version, file, url, sha256 }`; `sha256` is undefined when there is no
 * Electron for it. Version and checksum are those of the installed package, which package-lock.json pins: variables
 * of Electron's package that name another version or take checksums from the server have no effect here.
 */
export function electronRelease(context) {
  const folder = electronFolder(context)
  const { version } = readJson(join(folder, 'package.json'))
  // The architecture of the Node that runs us, also under Rosetta: the native packages were installed for that one.
  const file = `electron-v${version}-${context.platform}-${context.arch}.zip`
  const base = mirrorVariable(context.env, 'mirror') || RELEASES
  const path = (mirrorVariable(context.env, 'customDir') || `v${version}`).replace('{{ version }}', version)
  const name = mirrorVariable(context.env, 'customFilename') || file
  return { version, file, url: `${base}${path}/${name}`, sha256: readJson(join(folder, 'checksums.json'))[file] }
}

/** The variables of Electron's own downloader (@electron/get), in its order: .npmrc, package.json, environment. */
function mirrorVariable(env, name) {
  const snake = name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()
  return (
    env[`npm_config_electron_${name.toLowerCase()}`] ||
    env[`NPM_CONFIG_ELECTRON_${snake.toUpperCase()}`] ||
    env[`npm_config_electron_${snake}`] ||
    env[`npm_package_config_electron_${name}`] ||
    env[`npm_package_config_electron_${snake}`] ||
    env[`ELECTRON_${snake.toUpperCase()}`]
  )
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
