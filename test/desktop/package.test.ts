import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createContext, pinnedNode } from '../../build/setup/context.mjs'
import { ARTIFACTS } from '../support/browser.ts'
import { packageApp } from '../support/package-app.ts'
import { findRealElectron } from '../support/real-electron.ts'
import { startedBy, writableFolder } from '../support/stage-electron.ts'
import { display } from './display.ts'

/** The package, around a real Electron, started as its user would: from its own folder, which that user cannot write to,
 *  without a checkout, without a network. */

const load = createRequire(import.meta.url)
const fuses = load('@electron/fuses') as {
  getCurrentFuseWire(binary: string): Promise<Record<number, number>>
  FuseV1Options: Record<string, number>
}
const folder = mkdtempSync(join(tmpdir(), 'graft-packaged-'))
let app: string

beforeAll(async () => {
  chmodSync(folder, 0o755)
  app = await packageApp(await findRealElectron(), folder)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the fuses that this Electron has are as they should be, in the real binary', async () => {
  const wire = await fuses.getCurrentFuseWire(join(app, 'graft'))
  const wanted = {
    RunAsNode: false,
    EnableCookieEncryption: false,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    GrantFileProtocolExtraPrivileges: false,
  }
  const names = Object.keys(wanted).filter((name) => wire[fuses.FuseV1Options[name] as number] !== undefined)
  expect(names.length).toBeGreaterThanOrEqual(6)
  const isOn = (name: string): boolean => wire[fuses.FuseV1Options[name] as number] === '1'.charCodeAt(0)
  expect(Object.fromEntries(names.map((name) => [name, isOn(name)]))).toEqual(
    Object.fromEntries(Object.entries(wanted).filter(([name]) => names.includes(name))),
  )
})

test('the app imports, trains and exports with a proof', () => {
  const stage = inject('stage')
  const home = writableFolder(stage, 'packaged-home')
  mkdirSync(ARTIFACTS, { recursive: true })
  const result = alone([
    join(import.meta.dirname, '../support/drive-packaged.ts'),
    startedBy(stage.uid, join(app, 'graft'), folder),
    home,
    ARTIFACTS,
  ])
  expect(result.stderr).toBe('')
  const seen = JSON.parse(result.stdout) as Record<string, never>
  process.stdout.write(`${result.stdout.slice(0, 300)}\n`)
  expect(seen).toMatchObject({
    agent: expect.stringContaining(`Electron/${stage.electron.version}`),
    networks: ['lo'],
    runs: ['finished'],
    job: 'done',
    info: { host: 'electron', blockedConnections: [] },
  })
  expect(JSON.stringify(seen['exported'])).toMatch(/"maxDifference":\d/)
  // Nothing was written where the app lies, and no temporary folder is left in the home.
  expect(existsSync(join(home, '.local/share/graft/samples'))).toBe(true)
})

/** Runs a script where no network but the loopback exists. */
function alone(args: string[]): { stdout: string; stderr: string } {
  const isRoot = process.getuid?.() === 0
  const namespace = isRoot ? ['--net'] : ['--map-current-user', '--keep-caps', '--net']
  const script = `ip link set lo up && exec ${[pinnedNode(createContext()), ...args].map((arg) => `'${arg}'`).join(' ')}`
  const result = spawnSync('unshare', [...namespace, 'sh', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, DISPLAY: display },
    timeout: 280_000,
  })
  return { stdout: result.stdout, stderr: result.status === 0 ? '' : result.stderr + String(result.error ?? '') }
}
