import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addonPath } from '../setup/addon-compile.mjs'
import { compilers } from '../setup/compiler-table.mjs'
import { ensureKeptCompiler } from '../setup/compiler.mjs'
import { createContext, pinnedNode } from '../setup/context.mjs'
import { buildAddon } from '../setup/ensure-addon.mjs'
import { ensureTensorFlow } from '../setup/ensure-tensorflow.mjs'
import { compileFrozen, frozenPath, frozenSources, hashFrozenSources } from '../setup/frozen-compile.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'
import { hashText, hashTree, readStamp, writeStamp } from '../setup/stamp.mjs'
import { wheels } from '../setup/tensorflow-table.mjs'
import { copyBuilds, copyCheckout } from './copy-checkout.mjs'
import { makePrefix } from './prefix.mjs'

/** A space and a letter that no code page of Western Windows has: every test runs at such a path. */
const CHECKOUT = join('Проба of Graft', 'graft')

/**
 * @typedef {object} TestMachine
 * @property {string} folder what is kept of it, in the cache
 * @property {string} root the checkout's copy, as a path of Linux
 * @property {string} node node.exe in it
 * @property {NodeJS.ProcessEnv} env what programs run with under Wine
 * @property {ReturnType<typeof createContext>} context of a set-up for it
 */

/**
 * A Windows under Wine for this checkout's tests, kept in the cache: a prefix, a copy of the checkout with Windows' packages, TensorFlow's library, its addon
 * and Graft's kernels, cross-built by the set-up's own code. What is there and fits is not made again. Throws SetupProblem.
 * @returns {Promise<TestMachine>}
 */
export async function makeTestMachine(context) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupProblem('Tests under Wine run on Linux x64: on Windows itself, run npm test.')
  }
  const folder = join(context.cacheDir, 'windows', hashText(context.root).slice(0, 12))
  const { env, drive } = await makePrefix(context, folder)
  const root = join(drive, CHECKOUT)
  mkdirSync(root, { recursive: true })
  await copyCheckout(context, root)
  const there = targetContext(context, root)
  await installPackages(there)
  await buildNatives(there)
  copyBuilds(context, root)
  const machine = { folder, root, node: pinnedNode(there), context: there }
  return { ...machine, env: { ...env, LC_ALL: 'C.UTF-8', GRAFT_UNDER_WINE: '1', TF_CPP_MIN_LOG_LEVEL: '2' } }
}

/** A set-up for Windows that runs on this Linux: the compiler that is kept here, for the target of Windows. */
export function targetContext(context, root) {
  const compiler = { ...compilers['linux-x64'], target: compilers['win32-x64'].target }
  return createContext({
    ...{ root, platform: 'win32', host: context.platform, arch: 'x64', cacheDir: context.cacheDir },
    ...{ env: context.env, wheels, compilers: { 'win32-x64': compiler } },
  })
}

async function installPackages(there) {
  const wanted = { lock: hashText(readFileSync(join(there.root, 'package-lock.json'), 'utf8')), platform: 'win32-x64' }
  if (readStamp(there, 'packages')?.lock === wanted.lock && existsSync(pinnedNode(there))) return
  const task = there.progress.task('Installing Windows’ packages', 0)
  const quiet = ['--prefer-offline', '--loglevel=error', '--no-audit', '--no-fund']
  const args = ['ci', '--os=win32', '--cpu=x64', '--ignore-scripts', ...quiet]
  const { code, output } = await run('npm', args, { cwd: there.root, env: there.env })
  if (code !== 0) {
    task.end('failed')
    throw new SetupProblem(`Windows’ packages could not be installed: ${output.trim()}`)
  }
  task.end()
  writeStamp(there, 'packages', wanted)
}

async function buildNatives(there) {
  const tensorflow = await ensureTensorFlow(there)
  const wanted = { made: hashNatives(there, tensorflow) }
  const isThere = [addonPath(there), frozenPath(there)].every((path) => existsSync(path))
  if (isThere && readStamp(there, 'natives')?.made === wanted.made) return
  const compiler = await ensureKeptCompiler(there)
  const files = frozenSources(there).length
  const task = there.progress.task('Building TensorFlow’s addon and Graft’s kernels for Windows', files, 'files')
  await buildAddon(there, tensorflow)
  await compileFrozen(there, { compiler, output: frozenPath(there), onDone: task.update })
  task.end()
  writeStamp(there, 'natives', wanted)
}

function hashNatives(there, tensorflow) {
  const setup = hashTree(there.root, ['build/setup/addon-compile.mjs', 'build/setup/addon-link.mjs'])
  const lock = readStamp(there, 'packages')?.lock
  const parts = [setup, lock, hashFrozenSources(there), tensorflow.libraryDir]
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}
