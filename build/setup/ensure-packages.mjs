import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pinnedNode } from './context.mjs'
import { SetupProblem } from './problem.mjs'
import { findProgram, run } from './process.mjs'
import { hashText, readStamp, writeStamp } from './stamp.mjs'

const POLL_MS = 1000
const NEEDED_BYTES = 1_500_000_000

/** Installs exactly what package-lock.json says, when node_modules does not hold it already. */
export async function ensurePackages(context) {
  const lockText = readLock(context)
  const wanted = { lock: hashText(lockText), platform: `${context.platform}-${context.arch}` }
  const stamp = readStamp(context, 'packages')
  const isStamped = stamp?.lock === wanted.lock && stamp?.platform === wanted.platform
  const lock = JSON.parse(lockText)
  if (existsSync(pinnedNode(context)) && (isStamped || isInstalled(context, lock))) {
    if (!isStamped) writeStamp(context, 'packages', wanted)
    return
  }
  checkDisk(context)
  await install(context, Object.keys(lock.packages).filter(Boolean))
  if (!existsSync(pinnedNode(context))) throw noPinnedNode(context)
  writeStamp(context, 'packages', wanted)
}

/** Whether npm's own record of node_modules agrees with the lock file (someone ran `npm ci` by hand). */
function isInstalled(context, lock) {
  let record
  try {
    record = JSON.parse(readFileSync(join(context.root, 'node_modules', '.package-lock.json'), 'utf8')).packages
  } catch {
    return false
  }
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true
    const has = record[path]
    return has ? has.version === wanted.version : wanted.optional === true || wanted.peer === true
  })
}

async function install(context, paths) {
  const npm = findNpm(context)
  const task = context.progress.task('Installing packages', paths.length, 'packages')
  const count = () => paths.filter((path) => existsSync(join(context.root, path, 'package.json'))).length
  const watch = setInterval(() => task.update(count()), POLL_MS)
  const result = await run(npm.program, [...npm.args, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: context.root,
    env: context.env,
  }).finally(() => clearInterval(watch))
  if (result.code !== 0) {
    task.end('failed')
    throw installProblem(result.output)
  }
  task.end(`${count()} packages`)
}

/** The npm that runs us, when it does; otherwise the one on the PATH. */
function findNpm(context) {
  const script = context.env.npm_execpath
  if (script && /npm-cli\.[cm]?js$/.test(script)) return { program: process.execPath, args: [script] }
  // Beside Node for Windows; its npm.cmd would have to go through a shell.
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  if (context.platform === 'win32' && existsSync(beside)) return { program: process.execPath, args: [beside] }
  const program = findProgram('npm', context.env, context.platform)
  if (program) return { program, args: [] }
  throw new SetupProblem(
    'npm is missing: install Node 20 or later with npm from nodejs.org and run the same command again.',
  )
}

function checkDisk(context) {
  const free = context.freeBytes(context.root)
  if (free >= NEEDED_BYTES) return
  throw new SetupProblem(
    `There is too little disk space in ${context.root}: the packages need about 1.5 GB and ${Math.round(free / 1e6)} MB are free; free some and run the same command again.`,
  )
}

function installProblem(output) {
  const cause = { cause: new Error(output) }
  if (/ENOSPC/.test(output)) {
    return new SetupProblem('The disk is full: free about 2 GB and run the same command again.', cause)
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network/i.test(output)) {
    return new SetupProblem(
      'The packages could not be downloaded: check the network (or npm’s proxy setting) and run the same command again.',
      cause,
    )
  }
  const reason = output.split('\n').find((line) => /^npm (error|ERR!)/.test(line)) ?? output.trim().split('\n').at(-1)
  return new SetupProblem(
    `The packages could not be installed (${reason}): correct that and run the same command again.`,
    cause,
  )
}

function noPinnedNode(context) {
  return new SetupProblem(
    `There is no ready Node 24 for ${context.platform} ${context.arch} on npm: Graft runs on Linux (x64, arm64), macOS and Windows (x64).`,
  )
}

function readLock(context) {
  return readFileSync(join(context.root, 'package-lock.json'), 'utf8')
}
