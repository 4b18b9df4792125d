import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addonPath, compileAddon, tfjsNodeDir } from './addon-compile.mjs'
import { pinnedNode } from './context.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'
import { readStamp, writeStamp } from './stamp.mjs'
import { TENSORFLOW_VERSION } from './tensorflow-table.mjs'

const PROOF = fileURLToPath(new URL('addon-proof.mjs', import.meta.url))
const FORMAT = 4

/** Builds tfjs-node's addon against `tensorflow` and proves it by adding two tensors in a process of its own. */
export async function ensureAddon(context, tensorflow) {
  const output = addonPath(context)
  if (isBuilt(context, tensorflow, output)) return output
  const task = context.progress.task('Building TensorFlow’s addon (C++, about 10 s)', 0)
  await compileAddon(context, { tensorflow, output })
  linkLibraries(context, tensorflow)
  task.end()
  const version = await proveAddon(context)
  writeStamp(context, 'addon', { ...madeFrom(tensorflow), version, builtMs: statSync(output).mtimeMs })
  context.progress.say(`TensorFlow ${version} works.`)
  return output
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
  rmSync(link, { recursive: true, force: true })
  symlinkSync(tensorflow.libraryDir, link, 'junction')
  if (context.platform !== 'win32') return
  // Windows looks beside the addon only.
  for (const name of readdirSync(tensorflow.libraryDir).filter((file) => file.endsWith('.dll'))) {
    cpSync(join(tensorflow.libraryDir, name), join(dirname(addonPath(context)), name))
  }
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
  throw new SetupProblem(
    `TensorFlow was built but does not run on this machine (${reason.trim()}): it needs glibc 2.27 or later and a CPU with AVX; a TensorFlow made for this machine can be given with GRAFT_LIBTENSORFLOW.`,
    { cause: new Error(result.output) },
  )
}
