import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemTools } from '../../build/linux/system-tools.mjs'
import { createContext, pinnedNode, projectRoot } from '../../build/setup/context.mjs'

/** What electron-builder unpacks, small: a script as the program, and files with the modes of a strict umask. */
export function makeStandInApp(folder: string): string {
  mkdirSync(join(folder, 'resources', 'private'), { recursive: true })
  chmodSync(join(folder, 'resources', 'private'), 0o700)
  const script = '#!/bin/sh\n[ "$1" = fail ] && exit 3\nprintf "graft"\nprintf " <%s>" "$@"\necho\n'
  writeFileSync(join(folder, 'graft'), script, { mode: 0o755 })
  writeFileSync(join(folder, 'resources', 'app.asar'), 'archive', { mode: 0o600 })
  writeFileSync(join(folder, 'resources', 'private', 'data'), 'x'.repeat(3000), { mode: 0o664 })
  symlinkSync('app.asar', join(folder, 'resources', 'link'))
  copyFileSync('/bin/true', join(folder, 'chrome-sandbox'))
  // Packagers are seldom root; their files must not stay theirs.
  if (process.getuid?.() === 0) chownSync(join(folder, 'graft'), 12345, 12345)
  return folder
}

/** electron-builder's own targets over a folder that is packaged already, with the product's own configuration. */
export async function packageLinux(
  app: string,
  output: string,
  { target, runtime, version = '0.1.0' }: { target: 'deb' | 'AppImage'; runtime?: string; version?: string },
): Promise<string> {
  const env = { ...process.env, GRAFT_APPIMAGE_RUNTIME: runtime, CUSTOM_FPM_PATH: '', USE_SYSTEM_FPM: '' }
  const context = createContext({ stateDir: join(output, 'state'), env })
  const system = await systemTools(context)
  const result = spawnSync(
    pinnedNode(context),
    [
      ...['node_modules/electron-builder/cli.js', '--linux', target, `--${process.arch}`, '--publish', 'never'],
      ...['--config', 'build/electron-builder.config.mjs', '--prepackaged', app, '-c.deb.compression=zst'],
      ...[`-c.directories.output=${output}`, `-c.extraMetadata.version=${version}`, ...system.args],
    ],
    { cwd: projectRoot, encoding: 'utf8', env: { ...env, ...system.env } },
  )
  if (result.status !== 0) throw new Error(result.stdout + result.stderr)
  const made = readdirSync(output).find((name) => name.endsWith(`.${target}`) && name.includes(version))
  if (made === undefined) throw new Error(`no ${target} in ${output}: ${result.stdout}`)
  return join(output, made)
}

/** A runtime of AppImages, compiled here; the real ones come from elsewhere. */
export function compileRuntime(path: string): string {
  const source = fileURLToPath(new URL('./appimage-runtime.c', import.meta.url))
  execFileSync('cc', ['-std=gnu11', '-D_GNU_SOURCE', '-O1', '-o', path, source])
  const bytes = readFileSync(path)
  bytes.set([0x41, 0x49, 2], 8)
  writeFileSync(path, bytes)
  return path
}

export const has = (program: string): boolean => spawnSync('which', [program]).status === 0

/** Why no .deb can be made here, or null. */
export function debProblem(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux'
  return has('dpkg-deb') ? null : 'dpkg-deb is missing'
}
