import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SetupProblem } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'
import { listTree, stageTree } from './stage-tree.mjs'

/** electron-builder's names of compressions, and dpkg-deb's. */
const COMPRESSIONS = { xz: 'xz', gz: 'gzip', zst: 'zstd', none: 'none' }

/**
 * Makes a .deb with Debian's own dpkg-deb, without root.
 * @param {{
 *   fields: Record<string, string | undefined>, description: string, files: { from: string, to: string }[],
 *   scripts: Record<string, string>, compression: string, output: string,
 * }} deb `fields` of the control file in their order; `to` is the path when installed; `scripts` maps postinst and the
 *   like to the file that becomes it.
 */
export async function makeDeb(deb) {
  const compression = COMPRESSIONS[deb.compression]
  if (compression === undefined) {
    throw new SetupProblem(
      `The .deb cannot be compressed with ${deb.compression}: set deb.compression to ${Object.keys(COMPRESSIONS).join(', ')}.`,
    )
  }
  const output = resolve(deb.output)
  mkdirSync(dirname(output), { recursive: true })
  // Beside the result: there is room for it there, and most files can be linked instead of copied.
  const folder = mkdtempSync(join(dirname(output), '.deb-'))
  try {
    chmodSync(folder, 0o755)
    await fill(folder, deb)
    const args = ['--root-owner-group', `-Z${compression}`, '--build', folder, output]
    const result = await run('dpkg-deb', args)
    if (result.code !== 0) throw new SetupProblem(`dpkg-deb could not make ${output}: ${result.output.trim()}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(folder, { fields, description, files, scripts }) {
  for (const { from, to } of files) stageTree(from, join(folder, to))
  const entries = listTree(folder)
  for (const { path, stats } of entries) if (stats.isDirectory()) chmodSync(join(folder, path), 0o755)
  const control = join(folder, 'DEBIAN')
  mkdirSync(control, { mode: 0o755 })
  chmodSync(control, 0o755)
  write(join(control, 'control'), controlText({ ...fields, 'Installed-Size': installedSize(entries) }, description))
  write(join(control, 'md5sums'), await md5sums(folder, entries))
  for (const [name, from] of Object.entries(scripts)) {
    copyFileSync(from, join(control, name))
    chmodSync(join(control, name), 0o755)
  }
}

function write(path, text) {
  writeFileSync(path, text)
  chmodSync(path, 0o644)
}

/** The control file: a line a field (empty ones are left out), the description's after the first set in by one. */
function controlText(fields, description) {
  const lines = Object.entries(fields).flatMap(([name, value]) => {
    if (!value) return []
    if (/[\r\n]/.test(value)) throw new SetupProblem(`The .deb's field ${name} must be one line, not: ${value}`)
    return `${name}: ${value}`
  })
  const [synopsis, ...rest] = description.split('\n').map((line) => line.trim())
  return [...lines, `Description: ${synopsis}`, ...rest.flatMap(folded).map((line) => ` ${line}`), ''].join('\n')
}

/** Lines of at most 78 characters where words allow; an empty one is a dot in the control file. */
const folded = (line) => line.match(/\S(?:.{0,76}\S)?(?=\s|$)|\S+/g) ?? ['.']

/** In KiB, as Debian's policy counts: every file rounded up, one for everything else. */
function installedSize(entries) {
  return String(entries.reduce((sum, { stats }) => sum + (stats.isFile() ? Math.ceil(stats.size / 1024) : 1), 0))
}

async function md5sums(folder, entries) {
  const lines = []
  for (const { path, stats } of entries) {
    if (!stats.isFile()) continue
    const hash = createHash('md5')
    await pipeline(createReadStream(join(folder, path)), hash)
    lines.push(`${hash.digest('hex')}  ${path}\n`)
  }
  return lines.join('')
}
