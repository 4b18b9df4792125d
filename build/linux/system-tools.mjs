import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNode } from '../setup/context.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { findProgram } from '../setup/process.mjs'
import { chooseCompression, readRuntime } from './appimage-runtime.mjs'

/**
 * Points electron-builder at this system's own tools, so that its .deb and AppImage targets download nothing: `{ env,
 * args }` for its call. Whoever sets its variables (CUSTOM_FPM_PATH, USE_SYSTEM_FPM, APPIMAGE_TOOLS_PATH) keeps them,
 * and what this system lacks is left to electron-builder's downloads.
 */
export async function systemTools(context, given = []) {
  const folder = join(context.stateDir, 'linux-tools')
  rmSync(folder, { recursive: true, force: true })
  if (context.platform !== 'linux') return { env: {}, args: [] }
  mkdirSync(folder, { recursive: true })
  const appImage = await appImageTools(context, join(folder, 'appimage'), given)
  return { env: { ...fpm(context, join(folder, 'fpm')), ...appImage.env }, args: appImage.args }
}

function fpm(context, path) {
  const { CUSTOM_FPM_PATH, USE_SYSTEM_FPM } = context.env
  if (CUSTOM_FPM_PATH || USE_SYSTEM_FPM || !findProgram('dpkg-deb', context.env)) return {}
  const script = join(context.root, 'build', 'linux', 'fpm.mjs')
  writeProgram(path, `exec ${quote(pinnedNode(context))} ${quote(script)} "$@"`)
  return { CUSTOM_FPM_PATH: path }
}

/** The folder that electron-builder's toolset 1.0 unpacks to, made of links to what is here. */
async function appImageTools(context, folder, given) {
  const path = context.env.GRAFT_APPIMAGE_RUNTIME
  if (context.env.APPIMAGE_TOOLS_PATH || !path) return { env: {}, args: [] }
  if (!existsSync(path))
    throw new SetupProblem(`GRAFT_APPIMAGE_RUNTIME: there is no file ${path}; give the path of one.`)
  const mksquashfs = findProgram('mksquashfs', context.env)
  if (!mksquashfs) {
    throw new SetupProblem('An AppImage needs mksquashfs: install squashfs-tools, or unset GRAFT_APPIMAGE_RUNTIME.')
  }
  const { bytes, arch } = readRuntime(path)
  if (arch !== context.arch) {
    throw new SetupProblem(
      `GRAFT_APPIMAGE_RUNTIME: ${path} is for ${arch}, and this machine is ${context.arch}: give the runtime for ${context.arch}.`,
    )
  }
  mkdirSync(join(folder, 'runtimes'), { recursive: true })
  // Old libraries that such a toolset lays into every AppImage; Graft needs none of them.
  mkdirSync(join(folder, 'lib', arch), { recursive: true })
  symlinkSync(mksquashfs, join(folder, 'mksquashfs'))
  writeFileSync(join(folder, 'runtimes', `runtime-${arch}`), bytes)
  desktopFileValidate(context, join(folder, 'desktop-file-validate'))
  const hasOwn = given.some((word) => /^-{1,2}(c|config)\.appImage\.compression\b/.test(word))
  const args = hasOwn ? [] : [`-c.appImage.compression=${await chooseCompression(bytes, mksquashfs)}`]
  return { env: { APPIMAGE_TOOLS_PATH: folder }, args }
}

/** electron-builder asks that it is there and (26.17) never runs it; should it, it fails aloud. */
function desktopFileValidate(context, path) {
  const found = findProgram('desktop-file-validate', context.env)
  if (found) symlinkSync(found, path)
  else writeProgram(path, "echo 'desktop-file-validate is not installed (package desktop-file-utils).' >&2\nexit 127")
}

function writeProgram(path, body) {
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
}

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`
