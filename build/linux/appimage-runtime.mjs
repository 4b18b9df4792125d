import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'

const MACHINES = { 62: 'x64', 183: 'arm64' }
/** Sections in which an AppImage says who made it and where its next version is. */
const OWN_SECTIONS = ['.upd_info', '.sha256_sig', '.sig_key', '.digest_md5']

/**
 * The runtime, the program that an AppImage starts with, out of a file that is one or that starts with one (any
 * AppImage of type 2): `{ bytes, arch }`. What the AppImage said about itself is blanked.
 */
export function readRuntime(path) {
  const file = readFileSync(path)
  const isElf = file.length > 64 && file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2 && file[5] === 1
  if (!isElf || file.toString('latin1', 8, 11) !== 'AI\x02') {
    throw new SetupProblem(
      `GRAFT_APPIMAGE_RUNTIME: ${path} is neither the runtime of a type 2 AppImage nor such an AppImage (64 bit): give the path of one.`,
    )
  }
  const sections = readSections(file)
  const table = Number(file.readBigUInt64LE(40)) + sections.length * file.readUInt16LE(58)
  const last = sections.at(-1)
  const bytes = Buffer.from(file.subarray(0, Math.max(table, last.offset + last.size)))
  for (const { name, offset, size } of sections) if (OWN_SECTIONS.includes(name)) bytes.fill(0, offset, offset + size)
  return { bytes, arch: MACHINES[file.readUInt16LE(18)] ?? 'another processor' }
}

function readSections(file) {
  const table = Number(file.readBigUInt64LE(40))
  const [entrySize, count, names] = [58, 60, 62].map((at) => file.readUInt16LE(at))
  const entries = Array.from({ length: count }, (_, index) => file.subarray(table + index * entrySize))
  const sections = entries.map((entry) => ({
    nameAt: entry.readUInt32LE(0),
    offset: Number(entry.readBigUInt64LE(24)),
    // A section without bits (.bss) takes no place in the file.
    size: entry.readUInt32LE(4) === 8 ? 0 : Number(entry.readBigUInt64LE(32)),
  }))
  const text = sections[names].offset
  const nameOf = ({ nameAt }) => file.toString('latin1', text + nameAt, file.indexOf(0, text + nameAt))
  return sections.map((section) => ({ ...section, name: nameOf(section) }))
}

/**
 * The best compression that this runtime reads, found by trying: runtimes differ (old ones gzip and xz, static ones gzip
 * and zstd) and do not say.
 */
export async function chooseCompression(runtime, mksquashfs) {
  const folder = mkdtempSync(join(tmpdir(), 'graft-runtime-'))
  try {
    const said = []
    for (const compression of ['zstd', 'gzip']) {
      const result = await tryCompression(folder, runtime, mksquashfs, compression)
      if (result === undefined) return compression
      said.push(`${compression}: ${result}`)
    }
    throw new SetupProblem(
      `GRAFT_APPIMAGE_RUNTIME: an AppImage with this runtime does not unpack itself; give another one. ${said.join('; ')}`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What went wrong, or undefined. */
async function tryCompression(folder, runtime, mksquashfs, compression) {
  const [content, squashed, image] = ['content', 'squashed', 'image'].map((name) =>
    join(folder, `${compression}-${name}`),
  )
  mkdirSync(content)
  const text = 'a line that compresses well\n'.repeat(1000)
  writeFileSync(join(content, 'proof'), text)
  const made = await run(mksquashfs, [content, squashed, '-comp', compression, '-noappend', '-quiet', '-no-progress'])
  if (made.code !== 0) return made.output.trim()
  writeFileSync(image, Buffer.concat([runtime, readFileSync(squashed)]))
  chmodSync(image, 0o755)
  const result = await run(image, ['--appimage-extract'], { cwd: folder, timeoutMs: 20_000 })
  try {
    return readFileSync(join(folder, 'squashfs-root', 'proof'), 'utf8') === text ? undefined : 'it unpacks wrongly'
  } catch {
    return result.output.trim() || `it ended with code ${result.code}`
  } finally {
    rmSync(join(folder, 'squashfs-root'), { recursive: true, force: true })
  }
}
