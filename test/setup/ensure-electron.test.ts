import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { projectRoot } from '../../build/setup/context.mjs'
import { electronRelease } from '../../build/setup/electron-release.mjs'
import { ensureElectron } from '../../build/setup/ensure-electron.mjs'
import { ELECTRON, electronCheckout, leftOvers, text, VERSION, writePackage, ZIP_NAME } from './electron-checkout.ts'
import { sha256, type ZipEntry } from './make-zip.ts'
import { temporaryFolder, writeFiles } from './support.ts'

describe('Electron', () => {
  test('is downloaded with progress, unpacked with its permissions, and not asked for again', async () => {
    const checkout = await electronCheckout()
    const { machine: m, server, dist, cached } = checkout
    const path = join(dist, 'electron')
    expect(await ensureElectron(m)).toEqual({ path })
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('window\n')
    // Who sets the helper's setuid bit is the administrator, not an archive.
    expect(statSync(join(dist, 'chrome-sandbox')).mode & 0o7777).toBe(0o755)
    expect(statSync(join(dist, 'libffmpeg.so')).mode & 0o7777).toBe(0o644)
    expect(readFileSync(join(dist, 'libffmpeg.so'))).toEqual(ELECTRON['libffmpeg.so']?.text)
    expect(statSync(join(dist, 'empty.pak')).size).toBe(0)
    expect(text(join(dist, '../path.txt'))).toBe('electron')
    expect(await ensureElectron(m)).toEqual({ path })
    expect(server.asked).toEqual([`GET /v${VERSION}/${ZIP_NAME} whole`])
    expect(m.said.join('')).toMatch(/Downloading Electron 45\.4\.1 \(\d+ MB\).*100 %.*Unpacking Electron.*done/s)
    expect(leftOvers(checkout)).toEqual(['dist', 'path.txt', cached.split('/').at(-1)].sort())
  })

  test('is there as Electron’s own package wants it', async () => {
    const { machine: m, dist } = await electronCheckout()
    await ensureElectron(m)
    const own = join(m.root, 'node_modules/electron')
    writeFileSync(join(own, 'index.js'), readFileSync(new URL('../../node_modules/electron/index.js', import.meta.url)))
    writeFileSync(join(own, 'install.js'), 'throw new Error("there is nothing to install")')
    const asked = `process.stdout.write(require(${JSON.stringify(own)}))`
    expect(execFileSync(process.execPath, ['-e', asked], { encoding: 'utf8' })).toBe(join(dist, 'electron'))
  })

  test('is downloaded once for two checkouts, also when both start at the same time', async () => {
    const { machine: m, server, zip, dist } = await electronCheckout()
    const root = temporaryFolder()
    writePackage(root, { [ZIP_NAME]: sha256(zip) })
    const other = { ...m, root, stateDir: join(root, '.graft') }
    const found = await Promise.all([ensureElectron(m), ensureElectron(other), ensureElectron(m)])
    expect(found.map(({ path }) => path)).toEqual(
      [dist, join(root, 'node_modules/electron/dist'), dist].map((folder) => join(folder, 'electron')),
    )
    expect(server.asked).toHaveLength(1)
  })

  test('of another version, and what an earlier unpacking left, is replaced', async () => {
    const checkout = await electronCheckout()
    const { machine: m, dist } = checkout
    writeFiles(m.root, {
      'node_modules/electron/dist/electron': '',
      'node_modules/electron/dist/old.so': '',
      'node_modules/electron/dist/version': '44.0.0',
      'node_modules/electron/dist.unpacking/electron': 'hal',
    })
    expect(await ensureElectron(m)).toEqual({ path: join(dist, 'electron') })
    expect(readdirSync(dist)).not.toContain('old.so')
    expect(leftOvers(checkout)).not.toContain('dist.unpacking')
  })

  test('for macOS keeps the links inside its frameworks and its empty folders', async () => {
    const { version, ...app } = { version: ELECTRON['version'] as ZipEntry }
    const inside = 'Electron.app/Contents/'
    const framework = `${inside}Frameworks/Electron Framework.framework/`
    const entries = {
      ...app,
      version,
      [`${framework}Electron Framework`]: { link: 'Versions/Current/Electron Framework' },
      [`${framework}Versions/Current`]: { link: 'A' },
      [`${framework}Versions/A/Electron Framework`]: { text: 'the code', mode: 0o755 },
      [`${inside}Resources/de.lproj/`]: {},
      [`${inside}MacOS/Electron`]: { text: '#!/bin/sh', mode: 0o755 },
    }
    const { machine: m, dist } = await electronCheckout({ entries, overrides: { platform: 'darwin', arch: 'arm64' } })
    expect(await ensureElectron(m)).toEqual({ path: join(dist, `${inside}MacOS/Electron`) })
    expect(readlinkSync(join(dist, framework, 'Versions/Current'))).toBe('A')
    expect(text(join(dist, framework, 'Electron Framework'))).toBe('the code')
    expect(lstatSync(join(dist, inside, 'Resources/de.lproj')).isDirectory()).toBe(true)
    expect(text(join(dist, '../path.txt'))).toBe('Electron.app/Contents/MacOS/Electron')
  })

  const hasZip = spawnSync('zip', ['--version']).status === 0
  if (!hasZip) console.log('skipped: zip is not installed, so no archive of another maker can be unpacked')
  test.skipIf(!hasZip)(
    'is unpacked as well from an archive that another program made, without the file "version"',
    async () => {
      const folder = temporaryFolder()
      writeFiles(folder, { electron: '#!/bin/sh\necho window', 'locales/de.pak': 'deutsch' })
      execFileSync('chmod', ['700', join(folder, 'electron')])
      symlinkSync('locales/de.pak', join(folder, 'current.pak'))
      execFileSync('zip', ['-qry', 'electron.zip', 'electron', 'locales', 'current.pak'], { cwd: folder })
      const { machine: m, dist } = await electronCheckout({ zip: readFileSync(join(folder, 'electron.zip')) })
      expect(await ensureElectron(m)).toEqual({ path: join(dist, 'electron') })
      expect(statSync(join(dist, 'electron')).mode & 0o777).toBe(0o700)
      expect(readlinkSync(join(dist, 'current.pak'))).toBe('locales/de.pak')
      expect(text(join(dist, 'current.pak'))).toBe('deutsch')
      expect(text(join(dist, 'version'))).toBe(VERSION)
    },
  )
})

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

  test.skipIf(process.platform !== 'linux')(
    'that ends in mid-download is said, and what has come makes room again',
    async () => {
      const { machine: m, cached } = await electronCheckout()
      mkdirSync(dirname(cached), { recursive: true })
      symlinkSync('/dev/full', `${cached}.part`)
      const { reason } = await ensureElectron(m)
      expect(reason).toBe(
        `the disk is full: Electron needs about 150 MB in ${dirname(cached)} and 300 MB in ${join(m.root, 'node_modules/electron')} (free some and start again)`,
      )
      expect(readdirSync(dirname(cached))).toEqual([])
      expect(await ensureElectron(m)).toHaveProperty('path')
    },
  )

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
  onTestFinished(() => void spawnSync('umount', [folder]))
  return null
}

describe('where it comes from', () => {
  const release = (env: Record<string, string>): ReturnType<typeof electronRelease> =>
    electronRelease({ root: projectRoot, env, platform: 'win32', arch: 'x64' })
  const { version } = release({})

  test.each([
    [{ ELECTRON_MIRROR: 'https://m/' }, `https://m/v${version}/electron-v${version}-win32-x64.zip`],
    [
      { ELECTRON_MIRROR: 'https://m/', npm_config_electron_mirror: 'https://n/', ELECTRON_CUSTOM_FILENAME: 'x' },
      `https://n/v${version}/x`,
    ],
    [
      { ELECTRON_MIRROR: 'https://m/v', ELECTRON_CUSTOM_DIR: '{{ version }}', npm_config_electron_customfilename: 'x' },
      `https://m/v${version}/x`,
    ],
    [
      { npm_package_config_electron_mirror: 'https://p/', npm_config_electron_custom_dir: 'a' },
      `https://p/a/electron-v${version}-win32-x64.zip`,
    ],
  ])('%o', (env, expected) => {
    expect(release(env).url).toBe(expected)
  })

  test('is what Electron’s own package says, which also knows its checksum', () => {
    const own = readFileSync(join(projectRoot, 'node_modules/@electron/get/dist/artifact-utils.js'), 'utf8')
    const [, base] = /const BASE_URL = '(.*)'/.exec(own) ?? []
    expect(release({}).url).toBe(`${base}v${version}/electron-v${version}-win32-x64.zip`)
    expect(release({}).sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('a machine that Electron is not made for hears so', async () => {
    const { machine: m } = await electronCheckout()
    expect(await ensureElectron({ ...m, arch: 'mips' })).toEqual({
      reason: 'there is no Electron 45.4.1 for linux mips',
    })
  })
})

describe('what is given is used', () => {
  test('a folder in ELECTRON_OVERRIDE_DIST_PATH, when Electron is in it', async () => {
    const { machine: m, server } = await electronCheckout()
    const folder = temporaryFolder()
    m.env.ELECTRON_OVERRIDE_DIST_PATH = folder
    expect(await ensureElectron(m)).toEqual({
      reason: expect.stringMatching(/OVERRIDE_DIST_PATH is .*, but there is no electron in it/),
    })
    writeFiles(folder, { electron: '' })
    expect(await ensureElectron(m)).toEqual({ path: join(folder, 'electron') })
    expect(server.asked).toEqual([])
  })

  test('a zip that someone put into the cache by hand', async () => {
    const { machine: m, server, cached, zip } = await electronCheckout()
    mkdirSync(dirname(cached), { recursive: true })
    writeFileSync(cached, zip)
    expect(await ensureElectron(m)).toHaveProperty('path')
    expect(server.asked).toEqual([])
  })

  test('without a display there is nothing to download', async () => {
    const { machine: m, server } = await electronCheckout()
    delete m.env.DISPLAY
    expect(await ensureElectron(m)).toEqual({ reason: 'this machine has no display' })
    expect(server.asked).toEqual([])
  })
})
