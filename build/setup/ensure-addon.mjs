import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addonPath, compileAddon, tfjsNodeDir } from './addon-compile.mjs'
import { pinnedNode } from './context.mjs'
import { remove } from './disk.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'
import { makePythonStub } from './python-stub.mjs'
import { readStamp, writeStamp } from './stamp.mjs'
import { TENSORFLOW_VERSION } from './tensorflow-table.mjs'

const PROOF = fileURLToPath(new URL('addon-proof.mjs', import.meta.url))
const FORMAT = 5

/** Builds tfjs-node's addon against `tensorflow` and proves it by adding two tensors in a process of its own. */
export async function ensureAddon(context, tensorflow) {
  const output = addonPath(context)
  if (isBuilt(context, tensorflow, output)) return output
  const task = context.progress.task('Building TensorFlow’s addon (C++, about 10 s)', 0)
  await buildAddon(context, tensorflow)
  task.end()
  const version = await proveAddon(context)
  writeStamp(context, 'addon', { ...madeFrom(tensorflow), version, builtMs: statSync(output).mtimeMs })
  context.progress.say(`TensorFlow ${version} works.`)
  return output
}

/** The addon with TensorFlow's libraries where it looks for them, unproved. */
export async function buildAddon(context, tensorflow) {
  const output = addonPath(context)
  await compileAddon(context, { tensorflow, output })
  linkLibraries(context, tensorflow)
  if (context.platform === 'win32') await layBeside(context, tensorflow, dirname(output))
}

function isBuilt(context, tensorflow, output) {
  const stamp = readStamp(context, 'addon')
  if (!stamp || !existsSync(output)) return false
  const wanted = madeFrom(tensorflow)
  return Object.keys(wanted).every((key) => stamp[key] === wanted[key]) && stamp.builtMs === statSync(output).mtimeMs
}

function madeFrom(tensorflow) {
  return { format: FORMAT, pinned: TENSORFLOW_VERSION, libraryDir: tensorflow.libraryDir }
}

/** The addon looks for its libraries in deps/lib, here (a link to the cache) as in the packaged app (the files). */
function linkLibraries(context, tensorflow) {
  const link = join(tfjsNodeDir(context), 'deps', 'lib')
  mkdirSync(dirname(link), { recursive: true })
  remove(link)
  symlinkSync(tensorflow.libraryDir, link, 'junction')
}

/** Windows looks for an addon's libraries beside it, before any folder of the PATH: links to the cache where its drive allows them, and copies elsewhere. */
async function layBeside(context, { libraryDir }, folder) {
  for (const name of readdirSync(libraryDir).filter((each) => each.endsWith('.dll'))) {
    const path = join(folder, name)
    remove(path)
    try {
      linkSync(join(libraryDir, name), path)
    } catch {
      copyFileSync(join(libraryDir, name), path)
    }
  }
  await makePythonStub(context, { libraryDir, output: folder })
}

/** Loads the addon under the pinned Node and adds two tensors; returns TensorFlow's own version. */
export async function proveAddon(context) {
  const result = await run(pinnedNode(context), [PROOF, context.root], {
    env: { ...context.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    timeoutMs: 120_000,
  })
  const version = /^TensorFlow (\S+) added$/m.exec(result.output)?.[1]
  if (result.code === 0 && version) return version
  const reason =
    result.output.split('\n').find((line) => /Error|cannot|not found/i.test(line)) ?? 'it ended without a word'
  const needs = { linux: 'glibc 2.27 or later', darwin: 'macOS 12 or later' }[context.platform] ?? 'Windows 10 or later'
  throw new SetupProblem(
    `TensorFlow was built but does not run on this machine (${reason.trim()}): it needs ${needs} and a CPU with AVX; a TensorFlow made for this machine can be given with GRAFT_LIBTENSORFLOW.`,
    { cause: new Error(result.output) },
  )
}
