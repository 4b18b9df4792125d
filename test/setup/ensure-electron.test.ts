import { execFileSync, spawnSync } from 'node:child_process'
import {
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
import { describe, expect, test } from 'vitest'
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
