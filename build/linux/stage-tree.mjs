import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'

/**
 * Lays a file, or what is in a folder, at `to`, with the modes of a package: 755 for folders and programs, 644 for the
 * rest, whatever the packager's umask was.
 */
export function stageTree(from, to) {
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 })
  stage(from, to, from)
}

function stage(from, to, top) {
  const stats = lstatSync(from)
  if (stats.isDirectory()) {
    mkdirSync(to, { recursive: true })
    for (const name of readdirSync(from)) stage(join(from, name), join(to, name), top)
  } else if (stats.isSymbolicLink()) {
    symlinkSync(checkedLink(from, top), to)
  } else if (stats.isFile()) {
    stageFile(from, to, stats.mode & 0o7777)
  } else {
    throw new SetupProblem(`${from} is neither a file, a folder nor a link, and no package can carry it: remove it.`)
  }
}

/** The app is about 1 GB: a file that has its mode already is linked instead of copied, where that is possible. */
function stageFile(from, to, mode) {
  const wanted = mode & 0o111 ? 0o755 : 0o644
  if (mode === wanted && linked(from, to)) return
  copyFileSync(from, to)
  chmodSync(to, wanted)
}

function linked(from, to) {
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}

/** A link that leaves the folder would point into the machine that packaged it. */
function checkedLink(path, top) {
  const target = readlinkSync(path)
  const inside = relative(top, join(dirname(path), target))
  if (isAbsolute(target) || inside === '..' || inside.startsWith('../')) {
    throw new SetupProblem(
      `${path} links to ${target}, outside the packaged folder, and would lead nowhere on another machine: package the file itself.`,
    )
  }
  return target
}

/** Every path below a folder, folders before what is in them, in a fixed order: `{ path, stats }`. */
export function listTree(folder, below = '') {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = below ? `${below}/${name}` : name
      const stats = lstatSync(join(folder, path))
      return [{ path, stats }, ...(stats.isDirectory() ? listTree(folder, path) : [])]
    })
}
