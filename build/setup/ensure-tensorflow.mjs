import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { remove, rename } from './disk.mjs'
import { download } from './download.mjs'
import { fetchWheel } from './fetch-wheel.mjs'
import { withLock } from './lock.mjs'
import { SetupProblem } from './problem.mjs'
import { findProgram, run } from './process.mjs'
import { readStamp, writeStamp } from './stamp.mjs'
import { inspectTensorFlow } from './tensorflow-folder.mjs'
import { TENSORFLOW_VERSION, wheelTarget } from './tensorflow-table.mjs'
import { listZip, unzip } from './zip.mjs'

const NEEDED_BYTES = 2_000_000_000
const UPSTREAM_LIMIT_MS = 6_000

/**
 * Finds or gets TensorFlow's C library: the folder the user names, the per-user cache, the official archive, the wheel.
 * Returns `{ folder, libraryDir, includeDir, libraries }`.
 */
export async function ensureTensorFlow(context) {
  const given = context.env.GRAFT_LIBTENSORFLOW
  if (given) return useGiven(given)
  const home = join(context.cacheDir, 'tensorflow')
  const target = join(home, `${TENSORFLOW_VERSION}-${context.platform}-${context.arch}`)
  const cached = inspectTensorFlow(target)
  if (cached) return cached
  return withLock(context, join(home, 'set-up.lock'), async () => {
    const built = inspectTensorFlow(target)
    if (built) return built
    removeLeftovers(home)
    checkDisk(context, home)
    if (!(await tryArchive(context, home, target))) await useWheel(context, home, target)
    return inspectTensorFlow(target)
  })
}

function useGiven(folder) {
  const found = inspectTensorFlow(folder)
  if (found) return found
  throw new SetupProblem(
    `GRAFT_LIBTENSORFLOW is ${folder}, but there is no TensorFlow C library in it (expected include/tensorflow/c/c_api.h and in lib/ libtensorflow.so.2, libtensorflow_cc.so.2, or on Windows tensorflow.dll with tensorflow.lib): correct the path, or unset it to let set-up download one.`,
  )
}

function checkDisk(context, home) {
  mkdirSync(home, { recursive: true })
  const free = context.freeBytes(home)
  if (free >= NEEDED_BYTES) return
  throw new SetupProblem(
    `There is too little disk space in ${home}: TensorFlow needs about 2 GB there while it is unpacked and ${Math.round(free / 1e6)} MB are free; free some, or set XDG_CACHE_HOME to a folder on a larger disk.`,
  )
}

/** The official archive: quick when it is there; when it is not, that is remembered and not asked again. */
async function tryArchive(context, home, target) {
  const archive = context.archives[`${context.platform}-${context.arch}`]
  const memory = { ...context, stateDir: home }
  if (!archive || readStamp(memory, 'upstream')?.url === archive.url) return false
  const file = join(home, `libtensorflow-${archive.version}.tar.gz`)
  const label = `Downloading TensorFlow ${archive.version} (official archive)`
  try {
    await download(context, { ...archive, file, label, firstByteMs: UPSTREAM_LIMIT_MS })
  } catch (error) {
    if (error.code === 'ENOSPC') throw error
    writeStamp(memory, 'upstream', { url: archive.url, failure: error.cause?.code ?? error.message })
    context.progress.say(
      `TensorFlow’s official archive cannot be had (${error.cause?.code ?? error.message}); using its Python package.`,
    )
    return false
  }
  const temporary = `${target}.unpacking`
  mkdirSync(temporary, { recursive: true })
  const result = await run('tar', ['-xzf', file, '-C', temporary], { env: context.env })
  remove(file)
  if (result.code !== 0 || !inspectTensorFlow(temporary)) return false
  rename(temporary, target)
  return true
}

async function useWheel(context, home, target) {
  const wheel = context.wheels[`${context.platform}-${context.arch}`]
  if (!wheel) throw noWheel(context)
  if (wheel.unpacked) context.progress.say(`TensorFlow takes ${wheel.unpacked}.`)
  const files = []
  for (const one of [wheel, wheel.with].filter(Boolean)) files.push(await fetchWheel(context, one, home))
  const temporary = `${target}.unpacking`
  const kept = (await Promise.all(files.map(listZip))).flat().filter((entry) => wheelTarget(entry.name))
  const task = context.progress.task(
    'Unpacking TensorFlow',
    kept.reduce((sum, entry) => sum + entry.packedBytes, 0),
  )
  let done = 0
  const onBytes = (bytes) => task.update((done += bytes))
  for (const file of files) await unzip(file, temporary, { target: wheelTarget, onBytes })
  task.end()
  await stripLibraries(context, join(temporary, 'lib'))
  if (!inspectTensorFlow(temporary)) {
    remove(temporary)
    throw new Error(`${wheel.file} does not hold the libraries that were expected`)
  }
  rename(temporary, target)
  for (const file of files) remove(file)
}

/** Symbols that only a debugger needs are a quarter of the library; without `strip` they stay. */
async function stripLibraries(context, folder) {
  const strip = context.platform === 'linux' && findProgram('strip', context.env)
  if (!strip) return
  const task = context.progress.task('Removing debug symbols from TensorFlow', 0)
  for (const name of readdirSync(folder)) {
    const stripped = join(folder, `${name}.stripped`)
    const result = await run(strip, ['--strip-unneeded', '-o', stripped, join(folder, name)], { env: context.env })
    if (result.code === 0) rename(stripped, join(folder, name))
    else remove(stripped)
  }
  task.end()
}

function removeLeftovers(home) {
  if (!existsSync(home)) return
  for (const name of readdirSync(home)) {
    if (name.endsWith('.unpacking')) remove(join(home, name))
  }
}

function noWheel(context) {
  return new SetupProblem(
    `There is no ready TensorFlow for ${context.platform} ${context.arch}: get TensorFlow’s C library (tensorflow.org, “Install TensorFlow for C”), unpack it and set GRAFT_LIBTENSORFLOW to its folder.`,
  )
}
