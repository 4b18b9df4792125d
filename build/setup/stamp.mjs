import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { remove, rename } from './disk.mjs'

/** Stamps say what a finished step was made from; a step whose stamp still fits is not done again. */
export function readStamp(context, name) {
  try {
    return JSON.parse(readFileSync(stampPath(context, name), 'utf8'))
  } catch {
    return undefined
  }
}

export function writeStamp(context, name, value) {
  writeWhole(stampPath(context, name), `${JSON.stringify(value, null, 2)}\n`)
}

export function removeStamp(context, name) {
  remove(stampPath(context, name))
}

/** Writes a file so that a reader (or a crash) never sees half of it. */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text)
  rename(temporary, path)
}

export function hashText(text) {
  return createHash('sha256').update(text).digest('hex')
}

/** One hash over the names, sizes and times of every file under `paths`: cheap enough for every start. */
export function hashTree(root, paths) {
  const lines = []
  for (const path of paths) collect(join(root, path), lines)
  return hashText(lines.sort().join('\n'))
}

function collect(path, lines) {
  if (!existsSync(path)) return
  const stats = statSync(path)
  if (stats.isDirectory()) for (const name of readdirSync(path)) collect(join(path, name), lines)
  else lines.push(`${path} ${stats.size} ${stats.mtimeMs}`)
}

function stampPath(context, name) {
  return join(context.stateDir, `${name}.json`)
}
