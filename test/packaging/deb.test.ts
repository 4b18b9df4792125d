import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFpmArguments } from '../../build/linux/fpm-arguments.mjs'
import { makeDeb } from '../../build/linux/make-deb.mjs'
import { linuxTargets } from '../../build/linux/targets.mjs'
import { projectRoot } from '../../build/setup/context.mjs'
import { debProblem, has, makeStandInApp, packageLinux } from './stand-in-app.ts'

const toolProblem = debProblem()
if (toolProblem !== null) console.log(`skipped: a .deb cannot be made here: ${toolProblem}`)

describe.skipIf(toolProblem !== null)('the .deb', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-deb-'))
  const laidOut = join(folder, 'laid-out')
  let deb = ''

  beforeAll(async () => {
    const app = makeStandInApp(join(folder, 'app'))
    deb = await packageLinux(app, join(folder, 'dist'), { target: 'deb' })
    execFileSync('dpkg-deb', ['-R', deb, laidOut])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const field = (name: string): string => execFileSync('dpkg-deb', ['-f', deb, name], { encoding: 'utf8' }).trim()

  test('says what it is', () => {
    const arch = process.arch === 'x64' ? 'amd64' : process.arch
    expect(deb).toMatch(new RegExp(`graft_0\\.1\\.0_${arch}\\.deb$`))
    expect(['Package', 'Version', 'Architecture', 'Section', 'Priority', 'Homepage', 'Recommends'].map(field)).toEqual([
      ...['graft', '0.1.0', arch, 'science', 'optional', '', ''],
    ])
    expect(field('Maintainer')).toMatch(/^.+ <.+@.+>$/)
    expect(field('Depends')).toBe(linuxTargets.deb?.depends?.join(', '))
    const [synopsis, ...rest] = field('Description').split('\n')
    expect(synopsis).toMatch(/^.{10,79}$/)
    expect(rest.length).toBeGreaterThan(0)
    for (const line of rest) expect(line).toMatch(/^ \S.{0,78}$/)
  })

  test('belongs to root, has plain modes and lies where a package may', () => {
    const lines = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' }).trim().split('\n')
    expect(lines.filter((line) => !/^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|lrwxrwxrwx) root\/root /.test(line))).toEqual([])
    const paths = lines.map((line) => (line.split(' ./')[1] as string).split(' -> ')[0] as string)
    const allowed = /^(opt\/Graft\/.*|usr\/share\/(applications|doc\/graft|icons\/hicolor\/\d+x\d+\/apps)\/.*)$/
    expect(paths.filter((path) => !path.endsWith('/') && !allowed.test(path)).filter(Boolean)).toEqual([])
    expect(paths).toEqual(expect.arrayContaining(['opt/Graft/resources/link', 'usr/share/doc/graft/copyright']))
    expect(lines.find((line) => line.endsWith('app.asar'))).toMatch(/^-rw-r--r--/)
  })

  test('knows its sums and its size', () => {
    execFileSync('md5sum', ['--check', '--strict', '--quiet', 'DEBIAN/md5sums'], { cwd: laidOut })
    const summed = readFileSync(join(laidOut, 'DEBIAN/md5sums'), 'utf8').trim().split('\n').length
    const files = readdirSync(laidOut, { recursive: true, withFileTypes: true })
    const carried = files.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('DEBIAN'))
    expect(summed).toBe(carried.length)
    const bytes = carried.map(({ parentPath, name }) => readFileSync(join(parentPath, name)).length)
    const size = bytes.reduce((sum, count) => sum + Math.ceil(count / 1024), 0)
    expect(Number(field('Installed-Size'))).toBeGreaterThanOrEqual(size)
    expect(Number(field('Installed-Size'))).toBeLessThan(size + 60)
  })

  test('brings an icon for every size that a theme looks for', async () => {
    const icons = join(laidOut, 'usr/share/icons/hicolor')
    expect(readdirSync(icons)).toEqual(expect.arrayContaining(['16x16', '48x48', '256x256', '512x512']))
    for (const name of readdirSync(icons)) {
      const { width, height } = await sharp(join(icons, name, 'apps/graft.png')).metadata()
      expect(`${width}x${height}`).toBe(name)
    }
  })

  test('has a menu entry that finds its window again', () => {
    const text = readFileSync(join(laidOut, 'usr/share/applications/graft.desktop'), 'utf8')
    const entry = Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/)))
    expect(entry).toMatchObject({
      Exec: '/opt/Graft/graft %U',
      Icon: 'graft',
      StartupWMClass: 'graft',
      Terminal: 'false',
    })
    expect(entry['Comment']).toMatch(/^[^\\]{10,120}$/)
  })

  const validate = has('desktop-file-validate')
  if (!validate) console.log('skipped: desktop-file-validate is missing (Debian: desktop-file-utils)')
  test.skipIf(!validate)('has a menu entry that the desktop accepts', () => {
    const { status, stdout } = spawnSync('desktop-file-validate', [
      join(laidOut, 'usr/share/applications/graft.desktop'),
    ])
    expect({ status, said: String(stdout) }).toEqual({ status: 0, said: '' })
  })

  test('asks for the C library that its binaries ask for', () => {
    const modules = join(projectRoot, 'node_modules')
    const binaries = readdirSync(join(modules, 'better-sqlite3/prebuilds')).map(
      (name) => `better-sqlite3/prebuilds/${name}`,
    )
    for (const name of ['tfjs_binding', 'graft_frozen']) binaries.push(`@tensorflow/tfjs-node/lib/napi-v8/${name}.node`)
    const texts = binaries
      .filter((path) => !/win32|darwin|musl/.test(path))
      .map((path) => readFileSync(join(modules, path), 'latin1'))
    const highest = (version: RegExp) =>
      Math.max(...texts.flatMap((text) => [...text.matchAll(version)].map(([, minor]) => Number(minor))))
    const [, minor] = /libc6 \(>= 2\.(\d+)\)/.exec(field('Depends')) ?? []
    expect(highest(/GLIBC_2\.(\d+)/g)).toBeLessThanOrEqual(Number(minor))
    // GCC 11 brought 3.4.29, 12 3.4.30, 13 3.4.31 or 32.
    const [, gcc] = /libstdc\+\+6 \(>= (\d+)\)/.exec(field('Depends')) ?? []
    expect(highest(/GLIBCXX_3\.4\.(\d+)/g)).toBeLessThanOrEqual(Number(gcc) + 18)
  })

  test('is refused in one sentence when it was asked for wrongly', async () => {
    expect(() => readFpmArguments(['-s', 'dir', '-t', 'rpm'])).toThrow(/Only a \.deb.*USE_SYSTEM_FPM/)
    expect(() => readFpmArguments(['-s', 'dir', '-t', 'deb', '--deb-user', 'me'])).toThrow(/"--deb-user".*deb\.fpm/)
    const from = join(folder, 'wrong')
    mkdirSync(from)
    const ask = (change: object) => ({
      ...{ fields: { Package: 'x' }, description: 'x', files: [{ from, to: '/opt/x' }], scripts: {} },
      ...{ compression: 'gz', output: join(folder, 'wrong.deb'), ...change },
    })
    await expect(makeDeb(ask({ compression: 'bzip2' }))).rejects.toThrow(/bzip2: set deb\.compression to xz, gz, zst/)
    await expect(makeDeb(ask({ fields: { Package: 'x\nEssential: yes' } }))).rejects.toThrow(/Package must be one line/)
    await expect(makeDeb(ask({}))).rejects.toThrow(/dpkg-deb could not make [^]*missing 'Version' field/)
    symlinkSync('/etc/hostname', join(from, 'absolute'))
    await expect(makeDeb(ask({}))).rejects.toThrow(/absolute links to \/etc\/hostname, outside/)
    rmSync(join(from, 'absolute'))
    symlinkSync('../other', join(from, 'outside'))
    await expect(makeDeb(ask({}))).rejects.toThrow(/outside links to \.\.\/other/)
    expect(readdirSync(folder).filter((name) => name.startsWith('.deb-'))).toEqual([])
  })
})
