import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'
import { readStamp, writeStamp } from '../setup/stamp.mjs'
import { pinNode } from './prefix.mjs'

const PINNED = new Set(['package.json', 'package-lock.json'])

/** Brings `to` up to what git has of this checkout and what is new in it; what is gone here goes there, packages and builds stay. */
export async function copyCheckout(context, to) {
  const there = { ...context, stateDir: join(to, '.graft') }
  const names = await filesOf(context)
  const kept = new Set(names)
  for (const name of readStamp(there, 'copied')?.names ?? []) {
    if (!kept.has(name)) rmSync(join(to, name), { force: true })
  }
  for (const name of names) copyFile(join(context.root, name), join(to, name), PINNED.has(name) && pinNode)
  writeStamp(there, 'copied', { names })
}

/** What the set-up has built of the window and the programs is the same on every system. */
export function copyBuilds(context, to) {
  cpSync(join(context.root, 'out'), join(to, 'out'), { recursive: true, preserveTimestamps: true })
}

function copyFile(from, to, change) {
  mkdirSync(dirname(to), { recursive: true })
  const wanted = statSync(from)
  const has = statSync(to, { throwIfNoEntry: false })
  const isSame = has && has.mtimeMs === wanted.mtimeMs && (change || has.size === wanted.size)
  if (isSame) return
  if (change) writeFileSync(to, change(readFileSync(from, 'utf8')))
  else copyFileSync(from, to)
  // Whole milliseconds are what a time can be set to.
  utimesSync(to, wanted.atime, wanted.mtimeMs / 1000)
}

async function filesOf(context) {
  const args = ['-c', 'core.quotepath=off', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { code, output } = await run('git', args, { cwd: context.root, env: context.env })
  if (code !== 0) throw new SetupProblem(`git could not list this checkout's files: ${output.trim()}`)
  return output.split('\0').filter((name) => name && existsSync(join(context.root, name)))
}
