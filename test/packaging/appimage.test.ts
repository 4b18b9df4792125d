import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRuntime } from '../../build/linux/appimage-runtime.mjs'
import { systemTools } from '../../build/linux/system-tools.mjs'
import { createContext } from '../../build/setup/context.mjs'
import { compileRuntime, has, makeStandInApp, packageLinux } from './stand-in-app.ts'

const real = process.env['GRAFT_APPIMAGE_RUNTIME']
const missing = ['mksquashfs', ...(real ? [] : ['unsquashfs']), 'cc'].filter((name) => !has(name))
const problem = process.platform !== 'linux' ? 'this is not Linux' : missing.length > 0 ? `missing: ${missing}` : null
if (problem !== null) console.log(`skipped: an AppImage cannot be made here: ${problem}`)
else if (!real)
  console.log('note: AppImages start with a stand-in compiled here; GRAFT_APPIMAGE_RUNTIME=FILE gives a real runtime')

describe.skipIf(problem !== null)('the AppImage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-appimage-'))
  const standIn = join(folder, 'runtime')
  const app = join(folder, 'app')
  let image = ''

  beforeAll(async () => {
    compileRuntime(standIn)
    makeStandInApp(app)
    image = await packageLinux(app, join(folder, 'dist'), { target: 'AppImage', runtime: real || standIn })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const start = (args: string[], env: Record<string, string> = {}): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(image, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    })
    return { status, output: stdout + stderr }
  }

  test('is one program: the runtime, then what it carries', () => {
    expect(image).toMatch(/Graft-0\.1\.0(-arm64)?\.AppImage$/)
    expect(statSync(image).mode & 0o777).toBe(0o755)
    const bytes = readFileSync(image)
    expect(bytes.toString('latin1', 0, 11)).toMatch(/^\x7fELF.{4}AI\x02$/s)
    const { bytes: runtime } = readRuntime(real || standIn)
    expect(start(['--appimage-offset'])).toEqual({ status: 0, output: `${runtime.length}\n` })
    expect(bytes.subarray(0, runtime.length).equals(runtime)).toBe(true)
    expect(bytes.toString('latin1', runtime.length, runtime.length + 4)).toBe('hsqs')
  })

  test('unpacks to the app, its menu entry and its icon', async () => {
    expect(start(['--appimage-extract']).status).toBe(0)
    const root = join(folder, 'squashfs-root')
    for (const path of ['graft', 'resources/app.asar', 'resources/private/data'])
      expect(readFileSync(join(root, path)).equals(readFileSync(join(app, path))), path).toBe(true)
    expect(readlinkSync(join(root, 'resources/link'))).toBe('app.asar')
    expect(statSync(join(root, 'AppRun')).mode & 0o111).toBe(0o111)
    expect((await sharp(join(root, '.DirIcon')).metadata()).width).toBeGreaterThanOrEqual(256)
    expect(existsSync(join(root, 'graft.png'))).toBe(true)
    const entry = readFileSync(join(root, 'graft.desktop'), 'utf8')
    expect(entry).toMatch(/^Exec=AppRun %U$/m)
    expect(entry).toMatch(/^Icon=graft$/m)
    expect(entry).toMatch(/^StartupWMClass=graft$/m)
  })

  // AppRun adds --no-sandbox where this user gets no namespaces.
  test('starts the app with its arguments and gives its exit code', () => {
    const env = { APPIMAGE_EXTRACT_AND_RUN: '1' }
    const { status, output } = start(['one', 'two words'], env)
    expect(output.replace(' <--no-sandbox>', '')).toContain('graft <one> <two words>\n')
    expect(status).toBe(0)
    expect(start(['fail'], env).status).toBe(output.includes('--no-sandbox') ? 0 : 3)
  })

  test('does not carry the address of another app’s next version', () => {
    expect(readFileSync(standIn, 'latin1')).toContain('zsync|donor')
    const { bytes, arch } = readRuntime(standIn)
    expect(bytes.toString('latin1')).not.toContain('donor')
    expect(arch).toBe(process.arch)
  })

  test('takes its runtime from the head of another AppImage', () => {
    expect(readRuntime(image).bytes.equals(readRuntime(real || standIn).bytes)).toBe(true)
  })

  test('is refused in one sentence when its runtime or tools cannot be used', async () => {
    const ask = (change: object) =>
      systemTools(createContext({ stateDir: join(folder, 'asked'), platform: 'linux', ...change }))
    const path = process.env['PATH']
    const runtime = (file: string) => ({ env: { PATH: path, GRAFT_APPIMAGE_RUNTIME: file } })
    await expect(ask(runtime('/nowhere'))).rejects.toThrow(/there is no file \/nowhere/)
    await expect(ask(runtime('/bin/true'))).rejects.toThrow(/\/bin\/true is neither the runtime/)
    await expect(ask(runtime(join(app, 'graft')))).rejects.toThrow(/is neither the runtime/)
    await expect(ask({ ...runtime(standIn), arch: 'mips' })).rejects.toThrow(/is for x64, and this machine is mips/)
    await expect(ask({ env: { PATH: folder, GRAFT_APPIMAGE_RUNTIME: standIn } })).rejects.toThrow(
      /install squashfs-tools/,
    )
    const noRuntime = join(folder, 'no-runtime')
    writeFileSync(noRuntime, Buffer.from(readFileSync('/bin/true')).fill('AI\x02', 8, 11, 'latin1'))
    await expect(ask(runtime(noRuntime))).rejects.toThrow(/does not unpack itself; give another one\. zstd: .*gzip: /)
  })

  test('leaves the tools to whoever names them', async () => {
    const env = { PATH: process.env['PATH'], APPIMAGE_TOOLS_PATH: '/theirs', USE_SYSTEM_FPM: 'true' }
    const context = createContext({ stateDir: join(folder, 'asked'), platform: 'linux', env })
    expect(await systemTools(context)).toEqual({ env: {}, args: [] })
    const own = createContext({ ...context, env: { PATH: env.PATH, GRAFT_APPIMAGE_RUNTIME: standIn } })
    expect((await systemTools(own, ['-c.appImage.compression=gzip'])).args).toEqual([])
    expect((await systemTools(own)).args).toEqual(['-c.appImage.compression=zstd'])
    expect(await systemTools(createContext({ ...context, platform: 'darwin' }))).toEqual({ env: {}, args: [] })
  })
})
