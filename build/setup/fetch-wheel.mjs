import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { remove, rename } from './disk.mjs'
import { sha256OfFile } from './download.mjs'
import { SetupProblem } from './problem.mjs'
import { findProgram, run } from './process.mjs'

const POLL_MS = 500
const TENSORFLOW = 'TensorFlow'
const TENSORFLOW_BY_HAND =
  'or put TensorFlow’s C library on this machine and set GRAFT_LIBTENSORFLOW to its folder (with lib/ and include/)'

/** Gets the pinned wheel into `folder` by pip (which knows the user's proxies and mirrors) and returns its path. `what` it
 *  brings is said while it is downloaded. */
export async function fetchWheel(context, wheel, folder) {
  const file = join(folder, wheel.file)
  if (existsSync(file) && (await isRight(file, wheel))) return file
  const python = await findPython(context, wheel)
  const temporary = join(folder, 'pip')
  remove(temporary)
  mkdirSync(temporary, { recursive: true })
  const task = context.progress.task(`Downloading ${whatOf(wheel)} (${wheel.file})`, wheel.sizeBytes)
  const watch = setInterval(() => task.update(Math.min(folderBytes(temporary), wheel.sizeBytes)), POLL_MS)
  const result = await run(python, pipArguments(wheel, temporary), {
    // pip writes its unfinished download to the temporary folder: that is how far it is.
    env: { ...context.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  }).finally(() => clearInterval(watch))
  const got = join(temporary, wheel.file)
  if (result.code !== 0 || !existsSync(got)) {
    task.end('failed')
    remove(temporary)
    throw pipProblem(wheel, result.output)
  }
  task.end()
  if (!(await isRight(got, wheel))) {
    remove(temporary)
    throw new SetupProblem(
      `The downloaded ${wheel.file} is not the file that was published (its SHA-256 differs): run the same command again, ${byHand(wheel)}.`,
    )
  }
  rename(got, file)
  remove(temporary)
  return file
}

/** A Python 3 that has pip. */
export async function findPython(context, wheel = {}) {
  const names = context.host === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python']
  const found = names.map((name) => findProgram(name, context.env, context.host)).filter(Boolean)
  let isPipMissing = false
  for (const python of found) {
    const version = await run(python, ['-c', 'import sys; print(sys.version_info[0])'], { env: context.env })
    if (version.code !== 0 || version.output.trim() !== '3') continue
    const pip = await run(python, ['-m', 'pip', '--version'], { env: context.env })
    if (pip.code === 0) return python
    isPipMissing = true
  }
  throw new SetupProblem(
    isPipMissing
      ? `Python’s pip is missing, and ${whatOf(wheel)} is downloaded with it: install it (Debian, Ubuntu: sudo apt install python3-pip), ${byHand(wheel)}.`
      : `Python 3 is missing, and ${whatOf(wheel)} is downloaded with its pip: install both (Debian, Ubuntu: sudo apt install python3 python3-pip; elsewhere from python.org), ${byHand(wheel)}.`,
  )
}

function pipArguments(wheel, folder) {
  const target = ['--platform', wheel.tag, '--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312']
  const quiet = ['--no-input', '--disable-pip-version-check', '--no-cache-dir', '--progress-bar', 'off']
  return [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    ...target,
    ...quiet,
    '--dest',
    folder,
    wheel.requirement,
  ]
}

function pipProblem(wheel, output) {
  if (/No space left|Errno 28/.test(output)) {
    return new SetupProblem('The disk is full: free about 2 GB and run the same command again, it goes on.')
  }
  const reason =
    output
      .split('\n')
      .filter((line) => /^ERROR/.test(line))
      .at(0)
      ?.replace(/^ERROR:\s*/, '') ?? output.trim().split('\n').at(-1)
  return new SetupProblem(
    `${upperFirst(whatOf(wheel))} could not be downloaded (pip says: ${reason}): check the network and run the same command again, ${byHand(wheel)}.`,
    { cause: new Error(output) },
  )
}

function whatOf(wheel) {
  return wheel.what ?? TENSORFLOW
}

/** What helps without pip. */
function byHand(wheel) {
  return wheel.withoutIt ? `or ${wheel.withoutIt}` : TENSORFLOW_BY_HAND
}

function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

async function isRight(file, wheel) {
  return (await sha256OfFile(file)) === wheel.sha256
}

function folderBytes(folder) {
  let total = 0
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      total += entry.isDirectory() ? folderBytes(path) : statSync(path).size
    }
  } catch {
    // pip moves its files while they are counted: the next look is right again.
  }
  return total
}
