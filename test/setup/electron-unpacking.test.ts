import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ensureElectron } from '../../build/setup/ensure-electron.mjs'
import { ELECTRON, electronCheckout, leftOvers, VERSION, ZIP_NAME } from './electron-checkout.ts'
import { sha256, type ZipEntry } from './make-zip.ts'
import { writeFiles } from './support.ts'

describe('an archive that would write elsewhere is refused, and nothing of it stays', () => {
  test.each<[string, ZipEntry]>([
    ['../../../evil', { text: 'x' }],
    ['/tmp/graft-evil', { text: 'x' }],
    ['resources/link', { link: '../../../../evil' }],
    ['resources/link', { link: '/etc' }],
  ])('%s %o', async (name, entry) => {
    const checkout = await electronCheckout({ entries: { ...ELECTRON, [name]: entry } })
    const { reason } = await ensureElectron(checkout.machine)
    expect(reason).toMatch(/^its set-up failed \(the archive is refused: its entry .* leads out of the folder/)
    expect(leftOvers(checkout)).toEqual([ZIP_NAME])
    expect(existsSync(join(checkout.machine.root, 'evil'))).toBe(false)
  })

  test('through a link of its own', async () => {
    const entries = { ...ELECTRON, way: { link: 'resources' }, 'way/file': { text: 'x' } }
    const checkout = await electronCheckout({ entries })
    expect(await ensureElectron(checkout.machine)).toEqual({
      reason: expect.stringMatching(/^its set-up failed \(EEXIST/),
    })
    expect(leftOvers(checkout)).toEqual([ZIP_NAME])
  })
})

describe('room on the disk', () => {
  test('that is too little is said before anything is downloaded, and not remembered', async () => {
    const { machine: m, server } = await electronCheckout()
    const { reason } = await ensureElectron({ ...m, freeBytes: () => 200e6 })
    expect(reason).toMatch(
      /^there is too little disk space in .*electron: Electron needs about 450 MB there and 200 MB are free/,
    )
    expect(server.asked).toEqual([])
    expect(await ensureElectron(m)).toHaveProperty('path')
  })

  const isLinux = process.platform === 'linux'
  if (!isLinux) console.log('skipped: only Linux has /dev/full, a disk that is always full')
  test.skipIf(!isLinux)('that ends in mid-download is said, and what has come makes room again', async () => {
    const { machine: m, cached } = await electronCheckout()
    mkdirSync(dirname(cached), { recursive: true })
    symlinkSync('/dev/full', `${cached}.part`)
    const { reason } = await ensureElectron(m)
    expect(reason).toBe(
      `the disk is full: Electron needs about 150 MB in ${dirname(cached)} and 300 MB in ${join(m.root, 'node_modules/electron')} (free some and start again)`,
    )
    expect(readdirSync(dirname(cached))).toEqual([])
    expect(await ensureElectron(m)).toHaveProperty('path')
  })

  test('that ends in mid-unpacking leaves nothing half there', async ({ skip }) => {
    const checkout = await electronCheckout()
    const { machine: m, dist, zip } = checkout
    const problem = mountSmall(dirname(dist), 200)
    if (problem !== null) console.log(`skipped: ${problem}`)
    if (problem !== null) return skip(problem)
    writeFiles(m.root, {
      'node_modules/electron/package.json': JSON.stringify({ version: VERSION }),
      'node_modules/electron/checksums.json': JSON.stringify({ [ZIP_NAME]: sha256(zip) }),
    })
    expect(await ensureElectron(m)).toEqual({
      reason: expect.stringMatching(/^the disk is full: .* 300 MB in .*electron /),
    })
    expect(leftOvers(checkout)).toEqual([ZIP_NAME])
    execFileSync('mount', ['-o', 'remount,size=8m', dirname(dist)])
    expect(await ensureElectron(m)).toEqual({ path: join(dist, 'electron') })
    expect(checkout.server.asked).toHaveLength(1)
  })
})

/** A file system of its own, so small that it fills up. */
function mountSmall(folder: string, kilobytes: number): string | null {
  if (process.platform !== 'linux') return 'tmpfs is Linux’s'
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder])
  if (status !== 0) return `a small disk cannot be mounted here: ${String(error ?? stderr).trim()}`
  // Also when something still has a file open there: nothing of a failed test is to stay mounted.
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]))
  return null
}
