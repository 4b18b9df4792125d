import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { projectRoot } from '../../build/setup/context.mjs'
import { buildForElectron22 } from './electron-22/build-app.ts'
import { findRealElectron, FIRST_WITHOUT_COMPATIBILITY, type RealElectron } from './real-electron.ts'

/** Whoever Electron runs as when the tests run as root: with root it would run without its sandbox. */
const NOBODY = 65534

export interface StagedApp {
  readonly folder: string
  readonly electron: RealElectron
  /** What starts the app; as another user when this process is root. */
  readonly program: string
  /** The app as it lies there: package.json, out/, node_modules/. */
  readonly app: string
  /** The user that Electron runs as; null: the user of this process. */
  readonly uid: number | null
  /** Where trainers find what Node compiled for those before them, as `npm start` has it. */
  readonly compileCache: string
}

export interface Stage extends StagedApp {
  remove(): Promise<void>
}

/**
 * Lays out Electron and the built app in a temporary folder that any user can read, as Electron finds an app by itself
 * (resources/app). Files are linked, not copied, where the disk allows it.
 */
export async function stageElectron(): Promise<Stage> {
  const electron = await findRealElectron()
  checkLibraries(electron)
  const folder = mkdtempSync(join(tmpdir(), 'graft-desktop-'))
  chmodSync(folder, 0o755)
  const binary = join(folder, 'electron')
  linkTree(electron.folder, binary)
  const app = join(binary, 'resources', 'app')
  await layOutApp(app, electron)
  const uid = process.getuid?.() === 0 ? NOBODY : null
  prepareSandbox(binary)
  const compileCache = join(folder, 'compile-cache')
  mkdirSync(compileCache)
  if (uid !== null) chownSync(compileCache, uid, uid)
  return {
    folder,
    electron,
    app,
    uid,
    compileCache,
    program: startedBy(uid, join(binary, 'electron'), folder),
    // Seconds on a busy disk: what waits for the end of a test's process must be heard meanwhile.
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Electron names one missing library at a time, and only on standard error: here they are all, with what brings them. */
function checkLibraries({ folder }: RealElectron): void {
  const { stdout } = spawnSync('ldd', [join(folder, 'electron')], { encoding: 'utf8' })
  const missing = stdout.split('\n').filter((line) => line.includes('not found'))
  if (missing.length === 0) return
  throw new Error(
    `Electron needs libraries that this system lacks: ${missing.map((line) => line.trim().split(' ')[0]).join(', ')}. Install them (Debian: apt-get install libgtk-3-0 libnotify4 libnss3 libxss1 libxtst6 libatspi2.0-0 libsecret-1-0 libasound2 libgbm1).`,
  )
}

async function layOutApp(app: string, electron: RealElectron): Promise<void> {
  mkdirSync(app, { recursive: true })
  linkTree(join(projectRoot, 'resources'), join(app, 'resources'))
  linkTree(join(projectRoot, 'build/icons'), join(app, 'build/icons'))
  linkModules(app)
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<string, unknown>
  link(join(import.meta.dirname, 'wait-for-driver.cjs'), join(app, 'wait-for-driver.cjs'))
  if (electron.major < FIRST_WITHOUT_COMPATIBILITY) {
    const built = await buildForElectron22()
    linkTree(join(projectRoot, 'out/trainer'), join(app, 'out/trainer'))
    linkTree(join(built, 'out'), join(app, 'out'))
    linkTree(join(built, 'compat'), join(app, 'compat'))
    writeFileSync(join(app, 'driven.cjs'), `require('./wait-for-driver.cjs')\nrequire('./compat/boot.cjs')\n`)
    manifest['main'] = 'driven.cjs'
  } else {
    linkTree(join(projectRoot, 'out'), join(app, 'out'))
    writeFileSync(join(app, 'driven.mjs'), `import './wait-for-driver.cjs'\nimport './${String(manifest['main'])}'\n`)
    manifest['main'] = 'driven.mjs'
  }
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest))
}

/** The packages that the app runs on, and none that only build or test it. */
function linkModules(app: string): void {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  const wanted = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path.startsWith('node_modules/') && !dev && path.split('node_modules/').length === 2,
  )
  const names = [...wanted.map(([path]) => path), 'node_modules/node-sqlite3-wasm']
  for (const path of names) if (existsSync(join(projectRoot, path))) linkTree(join(projectRoot, path), join(app, path))
  const node = realpathSync(join(projectRoot, 'node_modules/.bin/node'))
  mkdirSync(join(app, 'node_modules/.bin'), { recursive: true })
  link(node, join(app, 'node_modules/.bin/node'))
}

/** Follows links, so that the copy needs nothing outside it. */
function linkTree(from: string, to: string): void {
  if (!statSync(from).isDirectory()) return link(from, to)
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) if (existsSync(join(from, name))) linkTree(join(from, name), join(to, name))
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(realpathSync(from), to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    copyFileSync(from, to)
  }
}

/** The sandbox of the operating system stays on: its helper belongs to root, or user namespaces are allowed. */
function prepareSandbox(binary: string): void {
  const helper = join(binary, 'chrome-sandbox')
  if (process.getuid?.() === 0) {
    const copy = `${helper}.own`
    copyFileSync(helper, copy)
    rmSync(helper)
    copyFileSync(copy, helper)
    rmSync(copy)
    chownSync(helper, 0, 0)
    chmodSync(helper, 0o4755)
    return
  }
  rmSync(helper, { force: true })
  if (spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0) return
  throw new Error(
    'Electron’s sandbox needs user namespaces, which this system refuses to ordinary users: run the tests as root (they run Electron as another user), or allow them (sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0).',
  )
}

/** What starts `binary` as the user whom Electron runs as: a script in `folder`, or the binary itself. */
export function startedBy(uid: number | null, binary: string, folder: string): string {
  if (uid === null) return binary
  const script = join(folder, `start-${basename(binary)}`)
  const as = `setpriv --reuid=${uid} --regid=${uid} --clear-groups`
  writeFileSync(script, `#!/bin/sh\nexec ${as} '${binary}' "$@"\n`)
  chmodSync(script, 0o755)
  return script
}

/** A folder that the user whom Electron runs as can write to. */
export function writableFolder(stage: StagedApp, name: string): string {
  const folder = mkdtempSync(join(stage.folder, `${name}-`))
  if (stage.uid !== null) chownSync(folder, stage.uid, stage.uid)
  return folder
}
